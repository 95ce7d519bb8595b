/* The rooms whose log and members the page holds: the open one and those visited last. Events keep them all
 * right, so that going back to one shows it at once. */
import type { RoomJoinData } from '$lib/protocol/gen/protocol';
import type { Socket } from '$lib/socket/socket';
import { RoomMembers } from './members.svelte';
import type { People } from './people.svelte';
import { Timeline } from './timeline.svelte';

export interface Opened {
    readonly id: number;
    readonly timeline: Timeline;
    readonly members: RoomMembers;
}

export const OPENED_MAX = 8;

export class OpenedRooms {
    #byId = new Map<number, Opened>();
    readonly #socket: Socket;
    readonly #people: People;

    constructor(socket: Socket, people: People) {
        this.#socket = socket;
        this.#people = people;
    }

    get(id: number): Opened | undefined {
        return this.#byId.get(id);
    }

    /** The room's log and members, made when absent; the one not visited for longest makes place. */
    visit(id: number): Opened {
        const opened = this.#byId.get(id) ?? this.#make(id);
        this.#byId.delete(id);
        this.#byId.set(id, opened);
        const [oldest] = this.#byId.keys();
        if (this.#byId.size > OPENED_MAX && oldest !== undefined) this.#byId.delete(oldest);
        return opened;
    }

    /** Fills it with what joining the room brought. */
    fill(joined: RoomJoinData): Opened {
        const opened = this.visit(joined.room.id);
        opened.members.reset(joined.members, joined.room.member_count);
        opened.timeline.load({ messages: joined.messages, has_before: joined.has_before, has_after: false });
        return opened;
    }

    drop(id: number): void {
        this.#byId.delete(id);
    }

    /** Forgets all but one: after a fresh start nothing else is known to be right. */
    keepOnly(id: number): void {
        for (const other of [...this.#byId.keys()]) if (other !== id) this.#byId.delete(other);
    }

    #make(room: number): Opened {
        const fetch = (range: object) => this.#socket.send('message:history', { room, ...range });
        return { id: room, timeline: new Timeline(fetch), members: new RoomMembers(this.#people) };
    }
}
