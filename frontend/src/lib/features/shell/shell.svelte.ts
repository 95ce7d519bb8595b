/* Which parts of the workspace stand, given the room there is: the list of rooms, the room, the panel. */
import type { App } from '$lib/state/app.svelte';

export class Shell {
    #railOpen = $state(false);
    readonly #app: App;

    constructor(app: App) {
        this.#app = app;
    }

    /** On a phone the list is a level of its own. */
    get listShown(): boolean {
        return this.#app.viewport.size !== 'phone' || this.#app.open.phase === 'none';
    }
    get roomShown(): boolean {
        return this.#app.viewport.size !== 'phone' || this.#app.open.phase !== 'none';
    }
    get panelShown(): boolean {
        if (!this.#app.open.room) return false;
        return this.#app.viewport.size === 'desktop' ? this.#app.prefs.panel : this.#app.router.panel === 'members';
    }
    /** On a tablet the list is a rail that opens over the room. */
    get railOpen(): boolean {
        return this.#railOpen && this.#app.viewport.size === 'tablet';
    }
    /** Whether something lies over the room and a click beside it closes it. */
    get scrim(): boolean {
        return this.#app.viewport.size === 'tablet' && (this.railOpen || this.panelShown);
    }

    toggleRail(): void {
        this.#railOpen = !this.#railOpen;
    }

    closeRail(): void {
        this.#railOpen = false;
    }

    togglePanel(): void {
        const { viewport, prefs, router } = this.#app;
        if (viewport.size === 'desktop') prefs.choose({ panel: !prefs.panel });
        else if (router.panel) router.closePanel();
        else router.openPanel('members');
    }

    /** Closes what lies over the room; false when nothing does. */
    closeOverlay(): boolean {
        if (this.railOpen) {
            this.closeRail();
            return true;
        }
        if (this.#app.viewport.size !== 'desktop' && this.panelShown) {
            this.#app.router.closePanel();
            return true;
        }
        return false;
    }
}
