/* The one room in front of the user: follows the address, loads what the room needs, and says why there is
 * nothing to see.
 *
 *   none      the address names no room
 *   waiting   the list of rooms has not come yet
 *   open      it is one of the user's rooms; its timeline knows whether it is loaded
 *   outside   it is not: he may join
 *   missing   he tried, and there is none
 */
import { asCommandError } from '$lib/protocol/errors';
import type { RoomJoinData, Room } from '$lib/protocol/gen/protocol';
import type { Socket } from '$lib/socket/socket';
import type { Composer } from './composer.svelte';
import type { Opened, OpenedRooms } from './opened-rooms';
import type { Outbox } from './outbox.svelte';
import type { Rooms } from './rooms.svelte';
import type { Router } from './router.svelte';

export type OpenPhase = 'none' | 'waiting' | 'open' | 'outside' | 'missing';

interface Options {
    socket: Socket;
    router: Router;
    rooms: Rooms;
    opened: OpenedRooms;
    composer: Composer;
    outbox: Outbox;
    /** Called whenever another room has come to the front. */
    onShown?: (room: Room) => void;
}

export class OpenRoom {
    #opened = $state.raw<Opened>();
    #refused = $state('');
    readonly #deps: Options;

    constructor(deps: Options) {
        this.#deps = deps;
    }

    get phase(): OpenPhase {
        const slug = this.#deps.router.slug;
        if (slug === undefined) return 'none';
        if (this.#opened && this.room) return 'open';
        if (!this.#deps.rooms.isComplete) return 'waiting';
        return this.#refused === slug ? 'missing' : 'outside';
    }
    get id(): number {
        return this.#opened?.id ?? 0;
    }
    get room(): Room | undefined {
        return this.#opened && this.#deps.rooms.get(this.#opened.id);
    }
    get opened(): Opened | undefined {
        return this.#opened;
    }

    /** Brings to the front what the address names; to be called when either has changed. */
    follow(): void {
        const { router, rooms, opened, composer } = this.#deps;
        const room = router.slug === undefined ? undefined : rooms.find(router.slug);
        if (room && room.id === this.#opened?.id) return;
        this.#opened?.timeline.divide(undefined);
        this.#opened = room && opened.visit(room.id);
        composer.open(room?.id ?? 0);
        if (room) this.#show(room);
    }

    /** Joins the room that the address names. */
    async join(): Promise<void> {
        const slug = this.#deps.router.slug;
        if (slug === undefined) return;
        try {
            this.admit(await this.#deps.socket.send('room:join', { room: slug }));
            this.follow();
        } catch (thrown) {
            if (asCommandError(thrown).passing) throw thrown;
            this.#refused = slug;
        }
    }

    /** Takes in a room with all that joining it brought. */
    admit(joined: RoomJoinData): void {
        this.#deps.rooms.put(joined.room);
        this.#deps.opened.fill(joined);
        this.#deps.outbox.settle(joined.room.id);
    }

    /** Loads the open room again, from its newest messages on. */
    async load(): Promise<void> {
        const opened = this.#opened;
        if (!opened) return;
        try {
            this.admit(await this.#deps.socket.send('room:join', { room: opened.id }));
        } catch {
            opened.timeline.failed();
        }
    }

    /** After a break that could not be resumed: nothing held is known to be right any more. */
    async restart(): Promise<void> {
        this.#deps.opened.keepOnly(this.id);
        this.follow();
        const opened = this.#opened;
        if (!opened || opened.timeline.phase === 'loading') return;
        if (opened.timeline.atEnd) return this.load();
        await opened.timeline.refresh();
        this.#deps.outbox.settle(opened.id);
        await this.#refreshMembers(opened);
    }

    /** After a break that was resumed: events have caught up, but presence is not among them. */
    async resume(): Promise<void> {
        const opened = this.#opened;
        if (!opened) return;
        if (opened.timeline.phase === 'ready') await this.#refreshMembers(opened);
        else await this.load();
    }

    /* Of a large room only the first page was looked at, and is looked at again: ten thousand who come back to it
     * must not each ask for everybody. */
    async #refreshMembers(opened: Opened): Promise<void> {
        const { socket } = this.#deps;
        if (!opened.members.more) return opened.members.loadAll(socket, opened.id);
        try {
            const { members, room } = await socket.send('room:join', { room: opened.id });
            opened.members.reset(members, room.member_count);
        } catch {
            // The next start of a connection asks again.
        }
    }

    #show(room: Room): void {
        const { timeline } = this.#opened as Opened;
        timeline.divide(room.me && room.me.unread > 0 ? room.me.read_seq + 1 : undefined);
        if (timeline.phase !== 'ready') void this.load();
        this.#deps.onShown?.(room);
    }
}
