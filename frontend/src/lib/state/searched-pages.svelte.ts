/* A list of the server's that is searched as one types, with a pause so that not each letter asks. */
import { Pages, type Page } from './pages.svelte';

const SETTLE_MS = 150;

export class SearchedPages<T extends object> extends Pages<T> {
    #query = $state('');
    #timer: ReturnType<typeof setTimeout> | undefined;

    constructor(fetch: (query: string | undefined, last: T | undefined) => Promise<Page<T>>) {
        super((last) => fetch(this.#query.trim() || undefined, last));
        // Not before a subclass is whole, whose wishes the first page follows too.
        queueMicrotask(() => void this.load());
    }

    get query(): string {
        return this.#query;
    }
    set query(query: string) {
        this.#query = query;
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => void this.load(), SETTLE_MS);
    }
}
