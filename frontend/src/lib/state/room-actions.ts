/* What one can do to rooms: create, join, leave, change. Each rejects with the CommandError of its command. */
import { asCommandError } from '$lib/protocol/errors';
import type { Level, Payload, Room } from '$lib/protocol/gen/protocol';
import type { Socket } from '$lib/socket/socket';
import type { OpenRoom } from './open-room.svelte';
import type { People } from './people.svelte';
import { placesToMove } from './room-order';
import type { Rooms } from './rooms.svelte';
import type { Router } from './router.svelte';
import type { Session } from './session.svelte';

interface Options {
    socket: Socket;
    rooms: Rooms;
    people: People;
    router: Router;
    open: OpenRoom;
    session: Session;
}

export class RoomActions {
    #moves: Promise<void> = Promise.resolve();
    readonly #deps: Options;

    constructor(deps: Options) {
        this.#deps = deps;
    }

    /** Creates a room and goes there. */
    async create(wish: Payload<'room:create'>): Promise<void> {
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

    /** Opens the direct message with these people and goes there. One that is there needs no asking, and stays within
     *  reach when one of them wants to hear no more. */
    async openDm(users: number[]): Promise<void> {
        const known = this.#deps.rooms.directOf([...users, this.#deps.session.id]);
        if (known) return this.#deps.router.toRoom(known.slug);
        const { room, users: inIt } = await this.#deps.socket.send('dm:open', { users });
        this.#deps.people.merge(inIt);
        this.#deps.rooms.put(room);
        this.#deps.router.toRoom(room.slug);
    }

    /** The `room:gone` that follows takes the room off the page. */
    async leave(room: number): Promise<void> {
        await this.#deps.socket.send('room:leave', { room });
    }

    async update(changes: Payload<'room:update'>): Promise<void> {
        const { room } = await this.#deps.socket.send('room:update', changes);
        this.#deps.rooms.change(room);
    }

    async archive(id: number, on: boolean): Promise<void> {
        const { room } = await this.#deps.socket.send('room:archive', { room: id, on });
        this.#deps.rooms.change(room);
    }

    async setLevel(room: number, level: Level): Promise<void> {
        await this.#prefer({ room, level });
    }

    async setFavorite(room: number, favorite: boolean): Promise<void> {
        await this.#prefer({ room, favorite });
    }

    /** Moves a room up or down in its section of the list. */
    async move(section: readonly Room[], room: number, step: 1 | -1): Promise<void> {
        const from = section.findIndex((other) => other.id === room);
        await this.moveTo(section, from, from + step);
    }

    /** Moves a room to another place of its section: shown at once, and as before when the server does not take it. */
    async moveTo(section: readonly Room[], from: number, to: number): Promise<void> {
        const { rooms } = this.#deps;
        const places = placesToMove(section, from, to);
        const before = places.flatMap(({ room }) => rooms.get(room)?.me ?? []);
        for (const { room, position } of places) rooms.place(room, position);
        try {
            await this.#afterEarlierMoves(() => inTurn(places, (place) => this.#prefer(place)));
        } catch (thrown) {
            for (const [index, { room }] of places.entries()) rooms.place(room, before[index]?.position);
            throw thrown;
        }
    }

    /* Two moves in a row may set the same room's place: what was done first is also sent first. */
    #afterEarlierMoves(send: () => Promise<void>): Promise<void> {
        const sent = this.#moves.then(send);
        this.#moves = sent.catch(() => {});
        return sent;
    }

    async #prefer(prefs: Payload<'room:prefs'> & { room: number }): Promise<void> {
        const { me } = await this.#deps.socket.send('room:prefs', prefs);
        this.#deps.rooms.applyMe(prefs.room, me);
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

/* One after the other, as fast as the server allows: in a long list without places many rooms get one at once. */
async function inTurn<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
    for (const item of items) {
        for (let done = false; !done; ) {
            try {
                await act(item);
                done = true;
            } catch (thrown) {
                const { code, retryAfterMs = 1000 } = asCommandError(thrown);
                if (code !== 'rate_limited') throw thrown;
                await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
            }
        }
    }
}
