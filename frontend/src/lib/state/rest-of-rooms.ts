/* The rooms that `ready` left out: somebody who is in hundreds gets those at the top of his list at once and
 * the others in pages, a moment later. */
import { asCommandError, type CommandError } from '$lib/protocol/errors';
import type { Socket } from '$lib/socket/socket';
import type { Rooms } from './rooms.svelte';

const PAGE = 200;
const AGAIN_MS = 5000;

interface Options {
    socket: Socket;
    rooms: Rooms;
    /** Called when some have come. */
    onPage: () => void;
}

export class RestOfRooms {
    readonly #deps: Options;
    #runs = 0;

    constructor(deps: Options) {
        this.#deps = deps;
    }

    /** Fetches them all. What a break interrupts is begun again by the next `ready`. */
    async load(): Promise<void> {
        const { rooms, onPage } = this.#deps;
        const run = (this.#runs += 1);
        try {
            for (let after: number | undefined, more = true; more; ) {
                const page = await this.#deps.socket.send('room:mine', { after, limit: PAGE });
                if (run !== this.#runs) return;
                rooms.fill(page.rooms);
                after = page.rooms.at(-1)?.id;
                more = page.more && after !== undefined;
                if (more) onPage();
            }
        } catch (thrown) {
            if (run === this.#runs) this.#again(asCommandError(thrown));
            return;
        }
        rooms.complete();
        onPage();
    }

    #again({ code, retryAfterMs }: CommandError): void {
        if (code !== 'offline') setTimeout(() => this.#deps.rooms.isComplete || void this.load(), retryAfterMs ?? AGAIN_MS);
    }
}
