/* What one can do about somebody: the parts of the menu beside a member and on his profile card. */
import Ban from '@lucide/svelte/icons/ban';
import MessageCircle from '@lucide/svelte/icons/message-circle';
import MicOff from '@lucide/svelte/icons/mic-off';
import User from '@lucide/svelte/icons/user';
import UserMinus from '@lucide/svelte/icons/user-minus';
import type { Room } from '$lib/protocol/gen/protocol';
import type { App } from '$lib/state/app.svelte';
import { mayActOn, type Listed } from '$lib/state/policy';
import { t } from '$lib/text/strings';
import type { MenuPart } from '$lib/ui/Menu.svelte';

/** All of it, as it stands beside a member. */
export function memberMenu(app: App, room: Room, member: Listed): MenuPart[] {
    const acts = moderatorMenu(app, room, member);
    return [...personMenu(app, member.user.id, room.id), ...(acts.length > 0 ? ['line' as const, ...acts] : [])];
}

/** For everybody: the card, a direct message; blocking is on the card. */
export function personMenu(app: App, user: number, room?: number): MenuPart[] {
    return [
        { label: t.people.profile, icon: User, run: () => app.dialogs.show('profile', { user, room }) },
        ...(user === app.session.id ? [] : [messageItem(app, user)]),
    ];
}

/** For the room's moderators and owner, about a member of lower rank; empty for others. */
export function moderatorMenu(app: App, room: Room, member: Listed): MenuPart[] {
    const { user, role, muted } = member;
    const acts = mayActOn(room, app.session.me, member);
    const about = { user: user.id, room: room.id };
    const unmute = () => app.attempt(() => app.moderation.mute({ ...about, on: false }));
    const parts: MenuPart[] = acts.roles.map((other) => ({
        label: t.members.roles[other],
        checked: other === role,
        run: () => app.attempt(() => app.moderation.setRole(room.id, user.id, other)),
    }));
    if (parts.length > 0) parts.unshift({ heading: t.people.role });
    if (acts.mute && parts.length > 0) parts.push('line');
    if (acts.mute && muted) parts.push({ label: t.people.unmute, icon: MicOff, run: unmute });
    if (acts.mute && !muted) parts.push({ label: t.people.mute, icon: MicOff, run: () => app.dialogs.show('mute', about) });
    if (acts.kick) parts.push({ label: t.people.kick, icon: UserMinus, danger: true, run: () => app.dialogs.show('kick', about) });
    if (acts.ban) parts.push({ label: t.people.ban, icon: Ban, danger: true, run: () => app.dialogs.show('ban', about) });
    return parts;
}

function messageItem(app: App, user: number): MenuPart {
    return { label: t.people.message, icon: MessageCircle, run: () => app.attempt(() => app.actions.openDm([user])) };
}
