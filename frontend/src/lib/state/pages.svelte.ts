/* A list that comes from the server page by page, newest wish first: an answer that was overtaken is dropped. */
import { asCommandError, type CommandError } from '$lib/protocol/errors';

export interface Page<T> {
    items: readonly T[];
    more: boolean;
}

/** What all such lists show of themselves, whatever is in them. */
export interface Listing {
    readonly items: readonly object[];
    readonly more: boolean;
    readonly loaded: boolean;
    readonly error: CommandError | undefined;
    load(): Promise<void>;
    loadMore(): Promise<void>;
}

export class Pages<T extends object> implements Listing {
    #items = $state.raw<readonly T[]>([]);
    #more = $state(false);
    #loaded = $state(false);
    #error = $state.raw<CommandError>();
    #version = 0;
    readonly #fetch: (last: T | undefined) => Promise<Page<T>>;

    /** `fetch` gets the page after `last`, the first one without it. */
    constructor(fetch: (last: T | undefined) => Promise<Page<T>>) {
        this.#fetch = fetch;
    }

    get items(): readonly T[] {
        return this.#items;
    }
    get more(): boolean {
        return this.#more;
    }
    get loaded(): boolean {
        return this.#loaded;
    }
    get error(): CommandError | undefined {
        return this.#error;
    }

    /** From the first page on; what is shown stays until it comes. */
    load(): Promise<void> {
        return this.#get(undefined);
    }

    loadMore(): Promise<void> {
        return this.#get(this.#items.at(-1));
    }

    drop(item: T): void {
        this.#items = this.#items.filter((other) => other !== item);
    }

    put(item: T, same: (other: T) => boolean): void {
        this.#items = this.#items.map((other) => (same(other) ? item : other));
    }

    add(item: T): void {
        this.#items = [item, ...this.#items];
    }

    async #get(last: T | undefined): Promise<void> {
        const version = ++this.#version;
        try {
            const page = await this.#fetch(last);
            if (version !== this.#version) return;
            this.#items = last === undefined ? page.items : [...this.#items, ...page.items];
            this.#more = page.more;
            this.#error = undefined;
        } catch (thrown) {
            if (version === this.#version) this.#error = asCommandError(thrown);
        }
        this.#loaded = true;
    }
}
