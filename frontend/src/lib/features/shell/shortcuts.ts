/* What the keys of the keymap do. Esc is a ladder: dialogs and menus close by themselves, then the panel,
 * then the room is marked read; text is never lost to it. */
import { actionOf, type ActionId } from '$lib/keys/keymap';
import type { App } from '$lib/state/app.svelte';
import { neighbour, unreadOf } from '$lib/state/rooms.svelte';
import { moveRegion } from '$lib/ui/regions';
import type { Shell } from './shell.svelte';

export function handleKey(event: KeyboardEvent, app: App, shell: Shell): void {
    const action = actionOf(event);
    if (!action || event.isComposing || event.defaultPrevented) return;
    if (isOverlaid() && action !== 'palette') return;
    if (action !== 'escape') event.preventDefault();
    act(action, app, shell);
}

function act(action: ActionId, app: App, shell: Shell): void {
    switch (action) {
        case 'palette':
            return app.dialogs.show('palette');
        case 'help':
            return app.dialogs.show('help');
        case 'previous-room':
            return toNeighbour(app, -1, false);
        case 'next-room':
            return toNeighbour(app, 1, false);
        case 'previous-unread':
            return toNeighbour(app, -1, true);
        case 'next-unread':
            return toNeighbour(app, 1, true);
        case 'next-region':
            return moveRegion(1);
        case 'previous-region':
            return moveRegion(-1);
        case 'search':
            return app.toSearch();
        case 'search-room':
            return app.toSearch({ here: true });
        case 'panel':
            return shell.togglePanel();
        case 'dnd':
            return void app.ownStatus.toggleDnd().catch(() => {});
        case 'read-all':
            return app.markAllRead();
        case 'escape':
            return escape(app, shell);
    }
}

function toNeighbour(app: App, step: 1 | -1, unreadOnly: boolean): void {
    const room = neighbour(app.rooms.inOrder, app.open.id, step, (other) => !unreadOnly || unreadOf(other) > 0);
    if (room) app.router.toRoom(room.slug);
}

function escape(app: App, shell: Shell): void {
    if (app.editing.on) return app.editing.cancel();
    if (shell.closeOverlay()) return;
    app.open.opened?.timeline.divide(undefined);
    app.reading.markAll(app.open.id);
}

function isOverlaid(): boolean {
    return document.querySelector('dialog[open], [popover]:popover-open') !== null;
}
