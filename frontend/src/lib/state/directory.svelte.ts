/* The server's rooms, searched as one types: for the dialog that browses them. */
import { asCommandError, type CommandError } from '$lib/protocol/errors';
import type { Room } from '$lib/protocol/gen/protocol';
import type { Socket } from '$lib/socket/socket';

const SETTLE_MS = 150;

export class Directory {
    #query = $state('');
    #rooms = $state.raw<readonly Room[]>([]);
    #more = $state(false);
    #loaded = $state(false);
    #error = $state.raw<CommandError>();
    #timer: ReturnType<typeof setTimeout> | undefined;
    #version = 0;
    readonly #socket: Socket;

    constructor(socket: Socket) {
        this.#socket = socket;
        void this.#load();
    }

    get query(): string {
        return this.#query;
    }
    set query(query: string) {
        this.#query = query;
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => void this.#load(), SETTLE_MS);
    }
    get rooms(): readonly Room[] {
        return this.#rooms;
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

    /** The next page. */
    async loadMore(): Promise<void> {
        await this.#load(this.#rooms.at(-1)?.id);
    }

    async #load(after?: number): Promise<void> {
        const version = ++this.#version;
        const query = this.#query.trim() || undefined;
        try {
            const page = await this.#socket.send('room:list', { query, after });
            if (version !== this.#version) return;
            this.#rooms = after === undefined ? page.rooms : [...this.#rooms, ...page.rooms];
            this.#more = page.more;
            this.#error = undefined;
        } catch (thrown) {
            this.#error = asCommandError(thrown);
        }
        this.#loaded = true;
    }
}
