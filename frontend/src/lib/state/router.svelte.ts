/* Where the user is: the list of rooms (`/`), a room (`/r/<slug>`), and over a room perhaps the panel. Each is
 * an entry of the browser's history, so that Back means what it says; the panel lives in the entry's state,
 * not in the address, because nobody sends a link to a panel.
 *
 * Beside the rooms stand pages of their own: the administration (`/admin/<section>`), and the two that a link
 * with a secret behind its `#` leads to, where no server's log sees it: `/invite` and `/setup`. */
export type Page = 'rooms' | 'admin' | 'invite' | 'setup';
export type Panel = 'members';

interface Place {
    panel?: Panel;
    /** Whether the entry before this one is the list. */
    fromList?: boolean;
    /** Whom a section of the administration is about. */
    subject?: number;
}

export interface Window {
    location: { pathname: string; hash: string };
    history: {
        state: unknown;
        pushState(state: unknown, unused: string, url?: string): void;
        replaceState(state: unknown, unused: string, url?: string): void;
        back(): void;
    };
    addEventListener(type: 'popstate', listener: () => void): void;
}

const ROOM = /^\/r\/([^/]+)\/?$/;
const BESIDE = /^\/(admin|invite|setup)(?:\/([a-z-]+))?\/?$/;

export class Router {
    #page = $state<Page>('rooms');
    #section = $state<string>();
    #secret = $state('');
    #slug = $state<string>();
    #panel = $state<Panel>();
    #watchers: (() => void)[] = [];
    readonly #window: Window;

    constructor(window: Window) {
        this.#window = window;
        this.#read();
        window.addEventListener('popstate', () => this.#read());
    }

    get page(): Page {
        return this.#page;
    }
    /** The part of the administration that the address names. */
    get section(): string | undefined {
        return this.#section;
    }
    /** The id of whom it is about, if of anybody. */
    get subject(): number | undefined {
        return this.#place.subject;
    }
    /** What stands behind the `#` of an invitation or of the set-up link. */
    get secret(): string {
        return this.#secret;
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

    /** To a section of the administration, perhaps about somebody. */
    toAdmin(section = 'users', subject?: number): void {
        this.#go(`/admin/${section}`, { subject }, this.#page === 'admin');
    }

    toSetup(): void {
        this.#go('/setup', {}, false);
    }

    /** From a page of its own to where the rooms are; a secret does not stay in the history. */
    toStart(): void {
        this.#go('/', {}, true);
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
        const { pathname, hash } = this.#window.location;
        const beside = BESIDE.exec(pathname);
        this.#page = (beside?.[1] as Page | undefined) ?? 'rooms';
        this.#section = beside?.[2];
        this.#secret = hash.slice(1);
        const slug = ROOM.exec(pathname)?.[1];
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
