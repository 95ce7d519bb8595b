/* Finding people as one types: those the page knows at once, the server's others a moment later. */
import type { User } from '$lib/protocol/gen/protocol';
import type { Socket } from '$lib/socket/socket';
import { best } from '$lib/text/search';
import type { People } from './people.svelte';

const SETTLE_MS = 150;
export const SHOWN_MAX = 30;

interface Options {
    socket: Socket;
    people: People;
    /** People not to be found. */
    without?: (user: User) => boolean;
}

export class PeopleSearch {
    #query = $state('');
    #timer: ReturnType<typeof setTimeout> | undefined;
    readonly #deps: Options;
    #found = $derived.by(() => this.#search());

    constructor(deps: Options) {
        this.#deps = deps;
        void this.#ask();
    }

    get query(): string {
        return this.#query;
    }
    set query(query: string) {
        this.#query = query;
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => void this.#ask(), SETTLE_MS);
    }
    /** The best of them; who is here comes before who is not. */
    get found(): readonly User[] {
        return this.#found;
    }

    #search(): User[] {
        const { people, without } = this.#deps;
        const all = people.all.filter((user) => !without?.(user));
        const name = this.#query.replace(/^@/, '');
        return best([...all.filter(isHere), ...all.filter((user) => !isHere(user))], name, (user) => [user.display_name, user.name], SHOWN_MAX);
    }

    /* What the server finds becomes known, and so is found here. */
    async #ask(): Promise<void> {
        const query = this.#query.replace(/^@/, '').trim();
        try {
            const { users } = await this.#deps.socket.send('user:list', { query: query || undefined, limit: SHOWN_MAX });
            this.#deps.people.merge(users);
        } catch {
            // Those known are found all the same.
        }
    }
}

function isHere(user: User): boolean {
    return user.status !== 'offline';
}
