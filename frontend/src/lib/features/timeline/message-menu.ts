/* What one can do with a message: the parts of its menu. */
import Flag from '@lucide/svelte/icons/flag';
import Trash from '@lucide/svelte/icons/trash-2';
import User from '@lucide/svelte/icons/user';
import type { Message } from '$lib/protocol/gen/protocol';
import type { App } from '$lib/state/app.svelte';
import { mayModerate } from '$lib/state/policy';
import { t } from '$lib/text/strings';
import type { MenuPart } from '$lib/ui/Menu.svelte';

export function messageMenu(app: App, message: Message): MenuPart[] {
    const mine = message.author.id === app.session.id;
    const room = app.rooms.get(message.room);
    const deletes = mine || (room !== undefined && mayModerate(room, app.session.me));
    const parts: MenuPart[] = [
        { label: t.people.profile, icon: User, run: () => app.dialogs.show('profile', { user: message.author.id, room: message.room }) },
    ];
    if (!mine) parts.push({ label: t.log.report, icon: Flag, run: () => app.dialogs.show('report', { message }) });
    if (deletes) parts.push('line', { label: t.log.deleteMessage, icon: Trash, danger: true, run: () => app.dialogs.show('delete-message', { message }) });
    return parts;
}
