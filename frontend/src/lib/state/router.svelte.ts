/* Where the user is: the list of rooms (`/`), a room (`/r/<slug>`), and over a room perhaps the panel. Each is
 * an entry of the browser's history, so that Back means what it says; the panel lives in the entry's state,
 * not in the address, because nobody sends a link to a panel. */
export type Panel = 'members';

interface Place {
    panel?: Panel;
    /** Whether the entry before this one is the list. */
    fromList?: boolean;
}

export interface Window {
    location: { pathname: string };
    history: {
        state: unknown;
        pushState(state: unknown, unused: string, url?: string): void;
        replaceState(state: unknown, unused: string, url?: string): void;
        back(): void;
    };
    addEventListener(type: 'popstate', listener: () => void): void;
}

const ROOM = /^\/r\/([^/]+)\/?$/;

export class Router {
    #slug = $state<string>();
    #panel = $state<Panel>();
    #watchers: (() => void)[] = [];
    readonly #window: Window;

    constructor(window: Window) {
        this.#window = window;
        this.#read();
        window.addEventListener('popstate', () => this.#read());
    }

    /** The slug of the room in the address; none on the list. */
    get slug(): string | undefined {
        return this.#slug;
    }
    /** The panel that this history entry shows over the room. */
    get panel(): Panel | undefined {
        return this.#panel;
    }

    /** Calls `watcher` after every change of place. */
    watch(watcher: () => void): void {
        this.#watchers.push(watcher);
    }

    toRoom(slug: string, { replace = false } = {}): void {
        if (slug === this.#slug && !this.#panel) return;
        this.#go(pathOf(slug), { fromList: !replace && this.#slug === undefined }, replace);
    }

    /** To the list; by going back where that is where the user came from. */
    toList(): void {
        if (this.#place.fromList) this.#window.history.back();
        else this.#go('/', {}, true);
    }

    openPanel(panel: Panel): void {
        if (this.#slug && !this.#panel) this.#go(pathOf(this.#slug), { panel }, false);
    }

    /** Back to the room under the panel, whose entry is always the one before. */
    closePanel(): void {
        if (this.#panel) this.#window.history.back();
    }

    get #place(): Place {
        return (this.#window.history.state as Place | null) ?? {};
    }

    #go(path: string, place: Place, replace: boolean): void {
        if (replace) this.#window.history.replaceState(place, '', path);
        else this.#window.history.pushState(place, '', path);
        this.#read();
    }

    #read(): void {
        const slug = ROOM.exec(this.#window.location.pathname)?.[1];
        this.#slug = slug === undefined ? undefined : decode(slug);
        this.#panel = this.#slug ? this.#place.panel : undefined;
        for (const watcher of this.#watchers) watcher();
    }
}

export function pathOf(slug: string): string {
    return `/r/${encodeURIComponent(slug)}`;
}

function decode(text: string): string {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}
