/* Read marks: what the user has seen to the end, with the page in front of him, is read. Said at once on
 * this page, and to the server at most twice a second, the last mark only. */
import { asCommandError } from '$lib/protocol/errors';
import type { Message } from '$lib/protocol/gen/protocol';
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
    /* The room that is kept unread although it is seen, until another one is opened or it is marked read. */
    #kept = 0;
    /* What the server is still to be told, and what it was told and has not confirmed. */
    #marks = new Map<number, number>();
    #underWay = new Map<number, number>();
    #timer: ReturnType<typeof setTimeout> | undefined;
    readonly #deps: Options;

    constructor(deps: Options) {
        this.#deps = deps;
    }

    /** To be called whenever the end of the log may have come into sight. */
    consider(): void {
        const { opened, room } = this.#deps.open;
        if (!opened || !room || room.id === this.#kept || !this.#deps.attentive()) return;
        const { timeline } = opened;
        if (timeline.phase === 'ready' && timeline.atEnd && !timeline.hasAfter) this.mark(room.id, timeline.lastSeq);
    }

    /** The room is unread from this message on, and stays so while it is looked at. */
    async keepUnread({ room: id, seq }: Pick<Message, 'room' | 'seq'>): Promise<void> {
        this.flush();
        this.#kept = id;
        await this.#deps.socket.send('room:unread', { marks: [{ room: id, read_seq: seq - 1, mentions: 0 }] });
        this.#deps.open.opened?.timeline.divide(seq);
    }

    /** Another room has come to the front. */
    leave(roomId: number): void {
        if (roomId !== this.#kept) this.#kept = 0;
    }

    /** The whole room counts as read, seen or not. */
    markAll(roomId: number): void {
        this.#kept = 0;
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

    /** All rooms count as read; resolves to what takes that back. */
    async markEverything(): Promise<() => Promise<void>> {
        const { socket, rooms } = this.#deps;
        this.flush();
        const { marks } = await socket.send('room:read_all', {});
        for (const room of rooms.inOrder) rooms.applyRead(room.id, room.last_seq);
        return async () => {
            if (marks.length > 0) await socket.send('room:unread', { marks });
        };
    }

    /** The list of rooms came anew from the server, which may not know yet what was read here. */
    reapply(): void {
        this.#underWay.clear();
        for (const room of this.#marks.keys()) this.reapplyTo(room);
        this.flush();
    }

    /** The server's word on one room came, perhaps from before it heard of what was read here. */
    reapplyTo(room: number): void {
        if (room === this.#kept) return;
        const seq = Math.max(this.#marks.get(room) ?? 0, this.#underWay.get(room) ?? 0);
        this.#deps.rooms.applyRead(room, seq);
    }

    clear(): void {
        this.#kept = 0;
        clearTimeout(this.#timer);
        this.#timer = undefined;
        this.#marks.clear();
        this.#underWay.clear();
    }

    async #tell(room: number, seq: number): Promise<void> {
        this.#underWay.set(room, seq);
        try {
            await this.#deps.socket.send('room:read', { room, seq });
        } catch (thrown) {
            if (asCommandError(thrown).passing && !this.#marks.has(room)) this.#marks.set(room, seq);
        }
        if (this.#underWay.get(room) === seq) this.#underWay.delete(room);
    }
}
