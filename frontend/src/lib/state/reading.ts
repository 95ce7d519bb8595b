/* Read marks: what the user has seen to the end, with the page in front of him, is read. Said at once on
 * this page, and to the server at most twice a second, the last mark only. */
import { asCommandError } from '$lib/protocol/errors';
import type { Socket } from '$lib/socket/socket';
import type { OpenRoom } from './open-room.svelte';
import type { Rooms } from './rooms.svelte';

const EVERY_MS = 500;

interface Options {
    socket: Socket;
    rooms: Rooms;
    open: OpenRoom;
    /** Whether the page is in front and has the focus. */
    attentive: () => boolean;
}

export class Reading {
    #marks = new Map<number, number>();
    #timer: ReturnType<typeof setTimeout> | undefined;
    readonly #deps: Options;

    constructor(deps: Options) {
        this.#deps = deps;
    }

    /** To be called whenever the end of the log may have come into sight. */
    consider(): void {
        const { opened, room } = this.#deps.open;
        if (!opened || !room || !this.#deps.attentive()) return;
        const { timeline } = opened;
        if (timeline.phase === 'ready' && timeline.atEnd && !timeline.hasAfter) this.mark(room.id, timeline.lastSeq);
    }

    /** The whole room counts as read, seen or not. */
    markAll(roomId: number): void {
        const room = this.#deps.rooms.get(roomId);
        if (room) this.mark(roomId, room.last_seq);
    }

    mark(roomId: number, seq: number): void {
        const room = this.#deps.rooms.get(roomId);
        if (!room?.me || seq <= room.me.read_seq) return;
        this.#deps.rooms.applyRead(roomId, seq);
        this.#marks.set(roomId, seq);
        this.#timer ??= setTimeout(() => this.flush(), EVERY_MS);
    }

    /** Tells the server; what cannot be told now waits for the connection. */
    flush(): void {
        clearTimeout(this.#timer);
        this.#timer = undefined;
        for (const [room, seq] of this.#marks) void this.#tell(room, seq);
        this.#marks.clear();
    }

    /** The list of rooms came anew from the server, which may not know yet what was read here. */
    reapply(): void {
        for (const [room, seq] of this.#marks) this.#deps.rooms.applyRead(room, seq);
        this.flush();
    }

    clear(): void {
        clearTimeout(this.#timer);
        this.#timer = undefined;
        this.#marks.clear();
    }

    async #tell(room: number, seq: number): Promise<void> {
        try {
            await this.#deps.socket.send('room:read', { room, seq });
        } catch (thrown) {
            if (asCommandError(thrown).passing && !this.#marks.has(room)) this.#marks.set(room, seq);
        }
    }
}
