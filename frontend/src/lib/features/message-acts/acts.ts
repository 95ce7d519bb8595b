/* What one can do with a message: one table, which the bar beside a message, its menu and the keys in the log go by. */
import Bookmark from '@lucide/svelte/icons/bookmark';
import Copy from '@lucide/svelte/icons/copy';
import Flag from '@lucide/svelte/icons/flag';
import Forward from '@lucide/svelte/icons/forward';
import Link from '@lucide/svelte/icons/link';
import MailOpen from '@lucide/svelte/icons/mail-open';
import MessageSquare from '@lucide/svelte/icons/message-square';
import Pencil from '@lucide/svelte/icons/pencil';
import Pin from '@lucide/svelte/icons/pin';
import Reply from '@lucide/svelte/icons/reply';
import SmilePlus from '@lucide/svelte/icons/smile-plus';
import Smile from '@lucide/svelte/icons/smile';
import Trash from '@lucide/svelte/icons/trash-2';
import User from '@lucide/svelte/icons/user';
import type { Component } from 'svelte';
import type { Message } from '$lib/protocol/gen/protocol';
import type { App } from '$lib/state/app.svelte';
import { closedBecause, mayModerate, mayPin } from '$lib/state/policy';
import { pathOf } from '$lib/state/router.svelte';
import { t } from '$lib/text/strings';
import { copyText } from '$lib/ui/copy';

export type ActId = 'react' | 'reply' | 'thread' | 'edit' | 'pin' | 'save' | 'unread' | 'forward' | 'copy' | 'link' | 'reactions' | 'profile' | 'report' | 'delete';

export interface Act {
    id: ActId;
    label: string;
    icon: Component<{ size?: number }>;
    /** Acts while the focus is on the message. */
    key?: string;
    danger?: boolean;
    run: () => void;
}

export function actsOf(app: App, message: Message): Act[] {
    const room = app.rooms.get(message.room);
    if (!room || message.deleted || app.deletions.has(message.id)) return [];
    const mine = message.author.id === app.session.id;
    const writes = !closedBecause(room, app.session.me, app.clock.now());
    const acts: (Act | false)[] = [
        writes && { id: 'react', label: t.message.react, icon: SmilePlus, key: '+', run: () => app.pickReaction(message) },
        writes && !message.thread && { id: 'reply', label: t.message.reply, icon: Reply, key: 'r', run: () => answer(app, message) },
        { id: 'thread', label: t.message.thread, icon: MessageSquare, key: 't', run: () => app.toThread(message.room, message.thread ?? message.id) },
        mine && writes && { id: 'edit', label: t.message.edit, icon: Pencil, key: 'e', run: () => app.editing.begin(message) },
        mayPin(room, app.session.me) && { id: 'pin', label: message.pinned ? t.message.unpin : t.message.pin, icon: Pin, key: 'p', run: () => app.attempt(() => app.messageActions.pin(message)) },
        { id: 'save', label: app.saved.has(message.id) ? t.message.unsave : t.message.save, icon: Bookmark, key: 's', run: () => app.attempt(() => app.saved.toggle(message)) },
        !message.thread && { id: 'unread', label: t.message.unread, icon: MailOpen, key: 'u', run: () => app.attempt(() => app.reading.keepUnread(message)) },
        { id: 'forward', label: t.message.forward, icon: Forward, key: 'f', run: () => app.dialogs.show('forward', { message }) },
        { id: 'copy', label: t.message.copy, icon: Copy, run: () => app.attempt(() => copied(app, message.body, t.message.copied)) },
        { id: 'link', label: t.message.copyLink, icon: Link, key: 'c', run: () => app.attempt(() => copied(app, linkTo(room.slug, message), t.message.linkCopied)) },
        message.reactions.length > 0 && { id: 'reactions', label: t.message.whoReacted, icon: Smile, run: () => app.dialogs.show('reactions', { message }) },
        !mine && { id: 'profile', label: t.people.profile, icon: User, run: () => app.dialogs.show('profile', { user: message.author.id, room: message.room }) },
        !mine && { id: 'report', label: t.log.report, icon: Flag, run: () => app.dialogs.show('report', { message }) },
        (mine || mayModerate(room, app.session.me)) && { id: 'delete', label: t.log.deleteMessage, icon: Trash, key: 'Delete', danger: true, run: () => remove(app, message, mine) },
    ];
    return acts.filter((act) => act !== false);
}

function answer(app: App, message: Message): void {
    app.composer.answer(message);
    document.getElementById('composer')?.focus();
}

/* One's own goes at once and can be taken back; of another's is asked first. */
function remove(app: App, message: Message, mine: boolean): void {
    if (mine) app.deletions.begin(message);
    else app.dialogs.show('delete-message', { message });
}

async function copied(app: App, text: string, told: string): Promise<void> {
    await copyText(text);
    app.toasts.show(told);
}

export function linkTo(slug: string, message: Pick<Message, 'id'>): string {
    return new URL(pathOf(slug, message.id), location.origin).href;
}
