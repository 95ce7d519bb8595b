/* Searching messages as one types. What is typed is taken apart here; names of people and rooms become ids, for which the
 * server may have to be asked. The newest wish counts; the server's request to slow down is a pause, not an error. */
import { asCommandError, type CommandError } from '$lib/protocol/errors';
import type { Hit, Message, Payload } from '$lib/protocol/gen/protocol';
import type { Socket } from '$lib/socket/socket';
import { fold } from '$lib/text/search';
import { searchQueryOf, type SearchQuery } from '$lib/text/search-query';
import { t } from '$lib/text/strings';
import type { People } from './people.svelte';
import type { RoomNames } from './room-names';
import type { Rooms } from './rooms.svelte';

const SETTLE_MS = 250;
const LIMIT = 20;

interface Options {
    socket: Socket;
    people: People;
    rooms: Rooms;
    names: RoomNames;
    session: { readonly id: number };
    now?: () => number;
}

type Wish = Payload<'message:search'>;

export class MessageSearch {
    #typed = $state('');
    #hits = $state.raw<readonly Hit[]>([]);
    #more = $state(false);
    #done = $state(false);
    #problem = $state('');
    #error = $state.raw<CommandError>();
    #wish: Wish | undefined;
    #version = 0;
    #timer: ReturnType<typeof setTimeout> | undefined;
    readonly #deps: Options;
    readonly #now: () => number;

    constructor(deps: Options) {
        this.#deps = deps;
        this.#now = deps.now ?? Date.now;
    }

    get typed(): string {
        return this.#typed;
    }
    set typed(typed: string) {
        this.#typed = typed;
        this.#version += 1;
        this.#later(SETTLE_MS);
    }
    get hits(): readonly Hit[] {
        return this.#hits;
    }
    get more(): boolean {
        return this.#more;
    }
    /** Whether what is shown is what was asked for last. */
    get done(): boolean {
        return this.#done;
    }
    /** What cannot be searched for, in words. */
    get problem(): string {
        return this.#problem;
    }
    get error(): CommandError | undefined {
        return this.#error;
    }

    /** Adds a filter to what is typed, unless it is there. */
    add(filter: string): void {
        if (!this.#typed.includes(filter)) this.typed = `${this.#typed.trimEnd()} ${filter}`.trimStart();
    }

    /** Asks at once. */
    async search(): Promise<void> {
        clearTimeout(this.#timer);
        const version = ++this.#version;
        this.#done = false;
        const query = searchQueryOf(this.#typed, this.#now());
        const [wish, problem] = await this.#wishOf(query);
        if (version !== this.#version) return;
        this.#problem = problem;
        this.#wish = wish;
        if (wish) return this.#ask(wish, version, []);
        this.#show([], false);
    }

    /** The next page. */
    async loadMore(): Promise<void> {
        const last = this.#hits.at(-1);
        if (this.#wish && last) await this.#ask({ ...this.#wish, before: last.message.id }, this.#version, this.#hits);
    }

    /** A message that may be among the hits is another. */
    applyChange(message: Message): void {
        if (this.#hits.some((hit) => hit.message.id === message.id))
            this.#hits = this.#hits.map((hit) => (hit.message.id === message.id ? { ...hit, message } : hit));
    }

    #later(ms: number): void {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => void this.search(), ms);
    }

    async #ask(wish: Wish, version: number, before: readonly Hit[]): Promise<void> {
        try {
            const { hits, more } = await this.#deps.socket.send('message:search', wish);
            if (version === this.#version) this.#show([...before, ...hits], more);
        } catch (thrown) {
            const error = asCommandError(thrown);
            if (version !== this.#version) return;
            if (error.code === 'rate_limited') this.#later(error.retryAfterMs ?? 1000);
            else this.#error = error;
        }
    }

    #show(hits: readonly Hit[], more: boolean): void {
        this.#hits = hits;
        this.#more = more;
        this.#error = undefined;
        this.#done = true;
    }

    /* What to ask the server for; or nothing, and why. */
    async #wishOf(query: SearchQuery): Promise<[Wish | undefined, string]> {
        const { words, since, until, pinned, has_file } = query;
        const author = query.from === undefined ? undefined : await this.#author(query.from);
        const room = query.in === undefined ? undefined : this.#room(query.in);
        if (query.from !== undefined && author === undefined) return [undefined, t.search.nobody(query.from)];
        if (query.in !== undefined && room === undefined) return [undefined, t.search.noRoom(query.in)];
        if (!words) return [undefined, this.#typed.trim() ? t.search.words : ''];
        return [{ query: words, author, room, since, until, pinned, has_file, limit: LIMIT }, ''];
    }

    async #author(name: string): Promise<number | undefined> {
        const { people, session, socket } = this.#deps;
        if (fold(name) === 'me') return session.id;
        const known = people.all.find((user) => is(user.name, name) || is(user.display_name, name));
        if (known) return known.id;
        try {
            const { users } = await socket.send('user:list', { query: name, limit: 5 });
            people.merge(users);
            return users.find((user) => is(user.name, name) || is(user.display_name, name))?.id;
        } catch {
            return undefined;
        }
    }

    #room(name: string): number | undefined {
        const { rooms, names } = this.#deps;
        return (rooms.find(name) ?? rooms.inOrder.find((room) => is(names.of(room), name)))?.id;
    }
}

function is(a: string, b: string): boolean {
    return fold(a) === fold(b);
}
