/* What one can do with the open room: the parts of the menu in its header. */
import Archive from '@lucide/svelte/icons/archive';
import ArrowDown from '@lucide/svelte/icons/arrow-down';
import ArrowUp from '@lucide/svelte/icons/arrow-up';
import Bookmark from '@lucide/svelte/icons/bookmark';
import Flag from '@lucide/svelte/icons/flag';
import LogOut from '@lucide/svelte/icons/log-out';
import MessageSquare from '@lucide/svelte/icons/message-square';
import Pin from '@lucide/svelte/icons/pin';
import Settings from '@lucide/svelte/icons/settings';
import Star from '@lucide/svelte/icons/star';
import StarOff from '@lucide/svelte/icons/star-off';
import User from '@lucide/svelte/icons/user';
import UserPlus from '@lucide/svelte/icons/user-plus';
import { levelValues, type Room } from '$lib/protocol/gen/protocol';
import type { App } from '$lib/state/app.svelte';
import { mayArchive, mayEdit, mayInvite, mayModerate } from '$lib/state/policy';
import { t } from '$lib/text/strings';
import type { MenuPart } from '$lib/ui/Menu.svelte';

export function roomMenu(app: App, room: Room): MenuPart[] {
    return [...panelParts(app), 'line', ...listParts(app, room), ...levelParts(app, room), ...careParts(app, room), ...endParts(app, room)];
}

/* What can stand beside the room. */
function panelParts(app: App): MenuPart[] {
    return [
        { label: t.panels.names.pins, icon: Pin, run: () => app.router.openPanel({ kind: 'pins' }) },
        { label: t.panels.names.threads, icon: MessageSquare, run: () => app.router.openPanel({ kind: 'threads' }) },
        { label: t.panels.names.saved, icon: Bookmark, run: () => app.router.openPanel({ kind: 'saved' }) },
    ];
}

/* Where it stands in one's own list. */
function listParts(app: App, room: Room): MenuPart[] {
    const favorite = room.me?.favorite ?? false;
    const section = app.rooms.sectionOf(room);
    const place = section.findIndex((other) => other.id === room.id);
    const move = (step: 1 | -1) => () => app.attempt(() => app.actions.move(section, room.id, step));
    const movable = favorite || room.kind !== 'dm';
    return [
        {
            label: favorite ? t.room.unfavorite : t.room.favorite,
            icon: favorite ? StarOff : Star,
            run: () => app.attempt(() => app.actions.setFavorite(room.id, !favorite)),
        },
        ...(movable && place > 0 ? [{ label: t.room.moveUp, icon: ArrowUp, run: move(-1) }] : []),
        ...(movable && place < section.length - 1 ? [{ label: t.room.moveDown, icon: ArrowDown, run: move(1) }] : []),
    ];
}

function levelParts(app: App, room: Room): MenuPart[] {
    const levels = levelValues.map((level) => ({
        label: t.room.levels[level],
        checked: level === (room.me?.level ?? 'all'),
        run: () => app.attempt(() => app.actions.setLevel(room.id, level)),
    }));
    return [{ heading: t.room.notify }, ...levels];
}

/* For those who look after the room, and of a direct message the other's card. */
function careParts(app: App, room: Room): MenuPart[] {
    const { me } = app.session;
    const about = { room: room.id };
    const partner = app.names.partner(room);
    const parts: MenuPart[] = [];
    if (partner !== undefined) parts.push({ label: t.people.profile, icon: User, run: () => app.dialogs.show('profile', { user: partner }) });
    if (mayInvite(room, me)) parts.push({ label: t.room.invite, icon: UserPlus, run: () => app.dialogs.show('invite-people', about) });
    if (room.kind !== 'dm' && mayEdit(room, me)) parts.push({ label: t.room.settings, icon: Settings, run: () => app.dialogs.show('room-settings', about) });
    if (room.kind !== 'dm' && mayModerate(room, me)) parts.push({ label: t.reports.title, icon: Flag, run: () => app.dialogs.show('reports', about) });
    return parts.length > 0 ? ['line', ...parts] : [];
}

function endParts(app: App, room: Room): MenuPart[] {
    if (room.kind === 'dm') return [];
    const about = { room: room.id };
    const archive: MenuPart = {
        label: room.archived ? t.room.unarchive : t.room.archive,
        icon: Archive,
        run: () => app.dialogs.show('archive-room', { ...about, on: !room.archived }),
    };
    return [
        'line',
        ...(mayArchive(room, app.session.me) ? [archive] : []),
        { label: t.room.leave, icon: LogOut, danger: true, run: () => app.dialogs.show('leave-room', about) },
    ];
}
