/* The texts of messages as trees for components. The tokenizer of Markdown is fetched when the first text that may
 * need it is shown; until it is here, and where it cannot be had, such a text is shown as it was written. */
import type { Message } from '$lib/protocol/gen/protocol';
import { hasMarkup, plain, type Block, type References } from '$lib/text/inline';
import type { People } from './people.svelte';
import type { Rooms } from './rooms.svelte';

type Parse = (body: string, references: References) => Block[];

interface Options {
    people: People;
    rooms: Rooms;
    load?: () => Promise<Parse>;
}

export class Texts {
    #parse = $state.raw<Parse>();
    #asked = false;
    readonly #people: People;
    readonly #rooms: Rooms;
    readonly #load: () => Promise<Parse>;

    constructor({ people, rooms, load = async () => (await import('$lib/text/markdown')).markdown }: Options) {
        this.#people = people;
        this.#rooms = rooms;
        this.#load = load;
    }

    /** Whether the tokenizer has come: rows may be of another height from then on. */
    get complete(): boolean {
        return this.#parse !== undefined;
    }

    blocksOf(message: Pick<Message, 'body' | 'mentions' | 'mentions_all'>): Block[] {
        const references = this.#referencesOf(message);
        if (!hasMarkup(message.body)) return plain(message.body, references);
        void this.prepare();
        return this.#parse ? this.#parse(message.body, references) : plain(message.body, references);
    }

    /** Fetches the tokenizer, once; when that fails, the next text that needs it tries again. */
    async prepare(): Promise<void> {
        if (this.#asked) return;
        this.#asked = true;
        try {
            this.#parse = await this.#load();
        } catch {
            this.#asked = false;
        }
    }

    #referencesOf({ mentions, mentions_all }: Pick<Message, 'mentions' | 'mentions_all'>): References {
        const people = mentions.map((id) => this.#people.get(id)).filter((user) => user !== undefined);
        return { people, all: mentions_all, hasRoom: (slug) => this.#rooms.find(slug) !== undefined };
    }
}
