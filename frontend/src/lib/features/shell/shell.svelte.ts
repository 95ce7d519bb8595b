/* Which parts of the workspace stand, given the room there is: the list of rooms, the room, the panel. */
import type { App } from '$lib/state/app.svelte';
import type { Panel } from '$lib/state/router.svelte';

const MEMBERS: Panel = { kind: 'members' };

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
    /** The panel that stands beside the room or over it. Where there is room for it, the members stand there unless they
     * were sent away or something else was asked for. */
    get panel(): Panel | undefined {
        const { open, viewport, prefs, router } = this.#app;
        if (!open.room) return undefined;
        return router.panel ?? (viewport.size === 'desktop' && prefs.panel ? MEMBERS : undefined);
    }
    get panelShown(): boolean {
        return this.panel !== undefined;
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

    /** Shows the members, or sends them away. */
    toggleMembers(): void {
        const { viewport, prefs, router } = this.#app;
        if (viewport.size !== 'desktop') {
            if (router.panel?.kind === 'members') router.closePanel();
            else router.openPanel(MEMBERS);
        } else if (router.panel) {
            prefs.choose({ panel: true });
            router.closePanel();
        } else {
            prefs.choose({ panel: !prefs.panel });
        }
    }

    /** Closes what stands there; with nothing there, shows the members. */
    togglePanel(): void {
        if (this.#app.router.panel) this.#app.router.closePanel();
        else this.toggleMembers();
    }

    /** Closes what lies over the room; false when nothing does. */
    closeOverlay(): boolean {
        if (this.railOpen) {
            this.closeRail();
            return true;
        }
        if (this.#app.router.panel) {
            this.#app.router.closePanel();
            return true;
        }
        return false;
    }
}
