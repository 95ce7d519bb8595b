/* What one can do to rooms: create, join, leave, change. Each rejects with the CommandError of its command. */
import type { Room } from '$lib/protocol/gen/protocol';
import type { Socket } from '$lib/socket/socket';
import type { OpenRoom } from './open-room.svelte';
import type { Rooms } from './rooms.svelte';
import type { Router } from './router.svelte';

interface Options {
    socket: Socket;
    rooms: Rooms;
    router: Router;
    open: OpenRoom;
}

export class RoomActions {
    readonly #deps: Options;

    constructor(deps: Options) {
        this.#deps = deps;
    }

    /** Creates a room and goes there. */
    async create(wish: { name: string; topic?: string; private?: boolean }): Promise<void> {
        const { room } = await this.#deps.socket.send('room:create', wish);
        this.#deps.rooms.put(room);
        this.#deps.router.toRoom(room.slug);
    }

    /** Joins a room and goes there. */
    async join(room: number | string): Promise<void> {
        const joined = await this.#deps.socket.send('room:join', { room });
        this.#deps.open.admit(joined);
        this.#deps.router.toRoom(joined.room.slug);
    }

    /** The `room:gone` that follows takes the room off the page. */
    async leave(room: number): Promise<void> {
        await this.#deps.socket.send('room:leave', { room });
    }

    async update(room: number, changes: { name?: string; topic?: string }): Promise<void> {
        const answer = await this.#deps.socket.send('room:update', { room, ...changes });
        this.#deps.rooms.change(answer.room);
    }

    /* Rooms that another page of the same user joined, or that somebody let him into. */
    async adopt(id: number): Promise<void> {
        if (this.#deps.rooms.get(id)) return;
        try {
            this.#deps.open.admit(await this.#deps.socket.send('room:join', { room: id }));
            this.#deps.open.follow();
        } catch {
            // He is out again, or offline: the next ready tells.
        }
    }
}

/** Whether the user may change the room's name and topic. */
export function mayEdit(room: Room, serverRole: string | undefined): boolean {
    if (room.kind === 'dm') return false;
    const rank = room.me?.role;
    return rank === 'owner' || rank === 'moderator' || serverRole === 'owner' || serverRole === 'admin';
}

/** Why nobody, or not this user, can write in the room; undefined when he can. */
export function closedBecause(room: Room): 'archived' | 'announcement' | undefined {
    if (room.archived) return 'archived';
    if (room.announcement && room.me?.role === 'member') return 'announcement';
    return undefined;
}
