/* The marked one of a list that changes while one types: arrows move it, going round. */
export class ListCursor<T> {
    #index = $state(0);
    readonly #items: () => readonly T[];

    constructor(items: () => readonly T[]) {
        this.#items = items;
    }

    get index(): number {
        return Math.min(this.#index, Math.max(0, this.#items().length - 1));
    }
    get marked(): T | undefined {
        return this.#items()[this.index];
    }

    move(step: 1 | -1): void {
        const count = this.#items().length;
        if (count > 0) this.#index = (this.index + step + count) % count;
    }

    /** Back to the first. */
    reset(): void {
        this.#index = 0;
    }
}
