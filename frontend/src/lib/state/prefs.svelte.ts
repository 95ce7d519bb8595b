/* What a person chose for this browser. Applied to the root element as data attributes, which the tokens and
 * public/theme.js read. */
import type { Store } from './storage';

export type Theme = 'system' | 'light' | 'dark';
export type Density = 'compact' | 'default' | 'comfy';
export type Announce = 'all' | 'mentions' | 'off';

interface Chosen {
    theme: Theme;
    density: Density;
    announce: Announce;
    enterSends: boolean;
    panel: boolean;
    /** A language of the catalogue; none: the browser's. */
    language?: string;
    notify: boolean;
}

const DEFAULTS: Chosen = { theme: 'system', density: 'default', announce: 'all', enterSends: true, panel: true, notify: true };

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
