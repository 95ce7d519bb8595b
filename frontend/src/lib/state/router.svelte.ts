/* Where the user is: the list of rooms (`/`), a room (`/r/<slug>`), a message in it
 * (`/r/<slug>/m/<id>`, until it is shown), and over a room perhaps the panel. Each is
 * an entry of the browser's history, so that Back means what it says; the panel lives in the entry's state,
 * not in the address, because nobody sends a link to a panel.
 *
 * Beside the rooms stand pages of their own: the administration (`/admin/<section>`), and the two that a link
 * with a secret behind its `#` leads to, where no server's log sees it: `/invite` and `/setup`. */
export type Page = 'rooms' | 'admin' | 'invite' | 'setup';
export type Panel = { kind: 'members' } | { kind: 'pins' } | { kind: 'saved' } | { kind: 'threads' } | { kind: 'search' } | { kind: 'thread'; root: number };
export type PanelKind = Panel['kind'];

interface Place {
    panel?: Panel;
    /** Whether the entry before this one is the room without its panel. */
    over?: boolean;
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

const ROOM = /^\/r\/([^/]+)(?:\/m\/(\d{1,15}))?\/?$/;
const BESIDE = /^\/(admin|invite|setup)(?:\/([a-z-]+))?\/?$/;

export class Router {
    #page = $state<Page>('rooms');
    #section = $state<string>();
    #secret = $state('');
    #slug = $state<string>();
    #panel = $state.raw<Panel>();
    #message = $state<number>();
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
    /** The id of a message that the address leads to. */
    get message(): number | undefined {
        return this.#message;
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

    /** `keep`: the panel stays. */
    toRoom(slug: string, { replace = false, keep = false } = {}): void {
        if (slug === this.#slug && !this.#panel) return;
        const panel = keep ? this.#panel : undefined;
        this.#go(pathOf(slug), { panel, fromList: !replace && this.#slug === undefined }, replace);
    }

    /** Follows an address of the app's own; false when it is none of a room. */
    toAddress(path: string): boolean {
        if (!ROOM.test(path)) return false;
        this.#go(path, { fromList: this.#slug === undefined }, false);
        return true;
    }

    /** The message that the address led to is shown, or cannot be: the room's address remains. */
    arrived(): void {
        if (this.#slug && this.#message) this.#go(pathOf(this.#slug), this.#place, true);
    }

    /** To the list; by going back where that is where the user came from. */
    toList(): void {
        if (this.#place.fromList) this.#window.history.back();
        else this.#go('/', {}, true);
    }

    /** Over the room; in the place of the one that is there. */
    openPanel(panel: Panel): void {
        if (this.#slug) this.#go(pathOf(this.#slug), this.#panel ? { ...this.#place, panel } : { panel, over: true }, this.#panel !== undefined);
    }

    /** Back to the room under the panel, by going back where its entry is the one before. */
    closePanel(): void {
        if (!this.#panel || !this.#slug) return;
        if (this.#place.over) this.#window.history.back();
        else this.#go(pathOf(this.#slug), { ...this.#place, panel: undefined }, true);
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
        const [, slug, message] = ROOM.exec(pathname) ?? [];
        this.#message = message ? Number(message) : undefined;
        this.#slug = slug === undefined ? undefined : decode(slug);
        this.#panel = this.#slug ? this.#place.panel : undefined;
        for (const watcher of this.#watchers) watcher();
    }
}

/** The address of a room, or of a message in it. */
export function pathOf(slug: string, message?: number): string {
    return `/r/${encodeURIComponent(slug)}${message ? `/m/${message}` : ''}`;
}

function decode(text: string): string {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}
