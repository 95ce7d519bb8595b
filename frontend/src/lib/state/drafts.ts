/* Unsent text per room, kept in storage a moment after the last key, so that neither a reload nor a change of
 * room loses a word. */
import type { Store } from './storage';

const SETTLE_MS = 300;

export class Drafts {
    #user = 0;
    #pending = new Map<number, string>();
    #timer: ReturnType<typeof setTimeout> | undefined;
    readonly #store: Store;

    constructor(store: Store) {
        this.#store = store;
    }

    openFor(user: number): void {
        this.flush();
        this.#user = user;
    }

    get(room: number): string {
        return this.#pending.get(room) ?? this.#store.read<string>(this.#key(room)) ?? '';
    }

    set(room: number, text: string): void {
        this.#pending.set(room, text);
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.flush(), SETTLE_MS);
    }

    /** Writes at once what still waits: the page is about to go. */
    flush(): void {
        clearTimeout(this.#timer);
        for (const [room, text] of this.#pending) {
            if (text) this.#store.write(this.#key(room), text);
            else this.#store.remove(this.#key(room));
        }
        this.#pending.clear();
    }

    #key(room: number): string {
        return `draft.${this.#user}.${room}`;
    }
}
