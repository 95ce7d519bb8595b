/* What can be done from the palette: one table. */
import type { App } from '$lib/state/app.svelte';
import { isAdmin, mayEdit, mayInvite } from '$lib/state/policy';
import { t } from '$lib/text/strings';

export interface Command {
    id: string;
    label: string;
    /** Its combination in the keymap, to be learnt in passing. */
    keys?: string;
    run: () => void;
}

export function commandsOf(app: App): Command[] {
    return [...roomCommands(app), ...ownCommands(app), ...serverCommands(app)];
}

function roomCommands(app: App): Command[] {
    const { dialogs } = app;
    const { room } = app.open;
    const { me } = app.session;
    const commands: Command[] = [
        { id: 'create-room', label: t.rooms.create, run: () => dialogs.show('create-room') },
        { id: 'browse-rooms', label: t.rooms.browse, run: () => dialogs.show('browse-rooms') },
        { id: 'start-dm', label: t.dm.title, run: () => dialogs.show('start-dm') },
        { id: 'read-all', label: t.keys.readAll, keys: 'Shift+Escape', run: () => app.markAllRead() },
    ];
    if (!room) return commands;
    const about = { room: room.id };
    commands.unshift({ id: 'search', label: t.search.here, keys: '/', run: () => app.toSearch({ here: true }) });
    if (mayInvite(room, me)) commands.push({ id: 'invite', label: t.room.invite, run: () => dialogs.show('invite-people', about) });
    if (room.kind !== 'dm' && mayEdit(room, me)) commands.push({ id: 'room-settings', label: t.room.settings, run: () => dialogs.show('room-settings', about) });
    if (room.kind !== 'dm') commands.push({ id: 'leave', label: t.room.leave, run: () => dialogs.show('leave-room', about) });
    return commands;
}

function ownCommands(app: App): Command[] {
    const { dialogs, ownStatus } = app;
    return [
        { id: 'dnd', label: t.keys.dnd, keys: 'Mod+Shift+D', run: () => app.attempt(() => ownStatus.toggleDnd()) },
        { id: 'status', label: t.me.setText, run: () => dialogs.show('status') },
        { id: 'own-profile', label: t.me.profile, run: () => dialogs.show('own-profile') },
        { id: 'account', label: t.me.account, run: () => dialogs.show('account') },
        { id: 'settings', label: t.me.settings, run: () => dialogs.show('settings') },
        { id: 'help', label: t.me.shortcuts, keys: '?', run: () => dialogs.show('help') },
        { id: 'log-out', label: t.me.logOut, run: () => dialogs.show('log-out') },
    ];
}

function serverCommands(app: App): Command[] {
    if (!isAdmin(app.session.me)) return [];
    return [
        { id: 'invite-link', label: t.invites.create, run: () => app.dialogs.show('invite-link') },
        { id: 'reports', label: t.reports.title, run: () => app.dialogs.show('reports', {}) },
        { id: 'admin', label: t.admin.title, run: () => app.router.toAdmin() },
    ];
}
