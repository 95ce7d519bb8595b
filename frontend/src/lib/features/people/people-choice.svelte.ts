/* The people that a dialog is about to do something with, and the search that finds them. */
import type { User } from '$lib/protocol/gen/protocol';
import type { App } from '$lib/state/app.svelte';
import { PeopleSearch } from '$lib/state/people-search.svelte';
import { ListCursor } from '$lib/ui/list-cursor.svelte';

export interface Option {
    key: string;
    user: User;
}

interface Options {
    /** How many at most. */
    max: number;
    /** People who are none of those to choose from. */
    without: (user: User) => boolean;
}

export class PeopleChoice {
    #chosen = $state.raw<readonly User[]>([]);
    readonly #search: PeopleSearch;
    readonly #max: number;
    #options = $derived.by(() => this.#search.found.map((user) => ({ key: String(user.id), user })));
    readonly cursor = new ListCursor<Option>(() => this.#options);

    constructor({ socket, people }: App, { max, without }: Options) {
        this.#max = max;
        this.#search = new PeopleSearch({ socket, people, without });
    }

    get query(): string {
        return this.#search.query;
    }
    set query(query: string) {
        this.#search.query = query;
        this.cursor.reset();
    }
    get options(): readonly Option[] {
        return this.#options;
    }
    get chosen(): readonly User[] {
        return this.#chosen;
    }
    get full(): boolean {
        return this.#chosen.length >= this.#max;
    }

    has(user: User): boolean {
        return this.#chosen.some((other) => other.id === user.id);
    }

    /** Takes somebody in, or out again; what was typed to find him has done its work. */
    toggle(user: User): void {
        if (this.has(user)) this.#chosen = this.#chosen.filter((other) => other.id !== user.id);
        else if (!this.full) this.#chosen = [...this.#chosen, user];
        if (this.query) this.query = '';
    }

    dropLast(): void {
        this.#chosen = this.#chosen.slice(0, -1);
    }
}
