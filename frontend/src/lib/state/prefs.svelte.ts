/* What a person chose for this browser. Applied to the root element as data attributes, which the tokens and
 * public/theme.js read. */
import type { Store } from './storage';

export type Theme = 'system' | 'light' | 'dark';
export type Density = 'compact' | 'default' | 'comfy';
/** What the title, the icon and the installed app's badge count. */
export type BadgeOf = 'all' | 'mentions' | 'none';
export type Announce = 'all' | 'mentions' | 'off';

interface Chosen {
    theme: Theme;
    density: Density;
    announce: Announce;
    enterSends: boolean;
    panel: boolean;
    sound: boolean;
    badge: BadgeOf;
    /** A language of the catalogue; none: the browser's. */
    language?: string;
    notify: boolean;
}

const DEFAULTS: Chosen = { theme: 'system', density: 'default', announce: 'all', enterSends: true, panel: true, notify: true, sound: false, badge: 'all' };

export class Prefs {
    #chosen = $state<Chosen>(DEFAULTS);
    readonly #store: Store;
    readonly #root: HTMLElement | undefined;

    constructor(store: Store, root?: HTMLElement) {
        this.#store = store;
        this.#root = root;
        this.#chosen = { ...DEFAULTS, ...store.read<Partial<Chosen>>('prefs') };
        this.#apply();
    }

    get theme(): Theme {
        return this.#chosen.theme;
    }
    get density(): Density {
        return this.#chosen.density;
    }
    get announce(): Announce {
        return this.#chosen.announce;
    }
    /** Whether Enter sends; else Ctrl+Enter does and Enter makes a new line. */
    get enterSends(): boolean {
        return this.#chosen.enterSends;
    }
    /** Whether the member panel stands open where there is room for it. */
    get panel(): boolean {
        return this.#chosen.panel;
    }
    /** Whether the operating system shows notes of new messages, where the browser may. */
    get notify(): boolean {
        return this.#chosen.notify;
    }

    /** Whether a short sound goes with what would be notified of. */
    get sound(): boolean {
        return this.#chosen.sound;
    }
    get badge(): BadgeOf {
        return this.#chosen.badge;
    }
    get language(): string | undefined {
        return this.#chosen.language;
    }

    choose(changes: Partial<Chosen>): void {
        this.#chosen = { ...this.#chosen, ...changes };
        this.#store.write('prefs', this.#chosen);
        this.#apply();
    }

    #apply(): void {
        mark(this.#root, 'theme', this.theme === 'system' ? undefined : this.theme);
        mark(this.#root, 'density', this.density === 'default' ? undefined : this.density);
    }
}

function mark(root: HTMLElement | undefined, name: string, value: string | undefined): void {
    if (!root) return;
    if (value) root.dataset[name] = value;
    else delete root.dataset[name];
}
