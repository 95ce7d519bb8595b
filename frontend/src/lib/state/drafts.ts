/* Unsent text per room and thread, kept in storage a moment after the last key, so that neither a reload nor a change of
 * room loses a word. */
import type { Store } from './storage';

const SETTLE_MS = 300;

export class Drafts {
    #user = 0;
    #pending = new Map<string, string>();
    #timer: ReturnType<typeof setTimeout> | undefined;
    readonly #store: Store;

    constructor(store: Store) {
        this.#store = store;
    }

    openFor(user: number): void {
        this.flush();
        this.#user = user;
    }

    get(room: number, thread?: number): string {
        const key = this.#key(room, thread);
        return this.#pending.get(key) ?? this.#store.read<string>(key) ?? '';
    }

    set(room: number, text: string, thread?: number): void {
        this.#pending.set(this.#key(room, thread), text);
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.flush(), SETTLE_MS);
    }

    /** Writes at once what still waits: the page is about to go. */
    flush(): void {
        clearTimeout(this.#timer);
        for (const [key, text] of this.#pending) {
            if (text) this.#store.write(key, text);
            else this.#store.remove(key);
        }
        this.#pending.clear();
    }

    #key(room: number, thread?: number): string {
        return `draft.${this.#user}.${room}${thread === undefined ? '' : `.${thread}`}`;
    }
}
