/* The rooms that the user is in, with what is unread in each. */
import { SvelteMap } from 'svelte/reactivity';
import type { Message, Room, RoomMe } from '$lib/protocol/gen/protocol';
import { calls } from '$lib/text/mentions';

const NEW_ME: RoomMe = { role: 'member', read_seq: 0, unread: 0, mentions: 0, level: 'all', favorite: false };
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

export class Rooms {
    #byId = new SvelteMap<number, Room>();
    #loaded = $state(false);
    #all = $derived([...this.#byId.values()].sort((a, b) => collator.compare(a.name, b.name)));
    #channels = $derived(this.#all.filter((room) => room.kind !== 'dm'));
    #direct = $derived(this.#all.filter((room) => room.kind === 'dm'));
    #unread = $derived(this.#all.reduce((sum, room) => sum + (isMuted(room) ? 0 : unreadOf(room)), 0));

    /** Public and private rooms, by name. */
    get channels(): Room[] {
        return this.#channels;
    }
    /** Direct messages, by name. */
    get direct(): Room[] {
        return this.#direct;
    }
    /** All of them in the order of the list. */
    get inOrder(): Room[] {
        return [...this.#channels, ...this.#direct];
    }
    /** Unread messages in all rooms that are not muted. */
    get unread(): number {
        return this.#unread;
    }
    /** Whether the server has told the list once. */
    get loaded(): boolean {
        return this.#loaded;
    }

    get(id: number): Room | undefined {
        return this.#byId.get(id);
    }

    find(slug: string): Room | undefined {
        return this.#all.find((room) => room.slug === slug);
    }

    /** Replaces the whole list: a fresh start. */
    reset(rooms: readonly Room[]): void {
        const kept = new Set(rooms.map((room) => room.id));
        for (const id of [...this.#byId.keys()]) if (!kept.has(id)) this.#byId.delete(id);
        for (const room of rooms) this.#byId.set(room.id, room);
        this.#loaded = true;
    }

    /** Adds a room that the user is in now, or refreshes it. An event's room brings no `me`: ours stays. */
    put(room: Room): void {
        const known = this.#byId.get(room.id);
        const last_seq = Math.max(room.last_seq, known?.last_seq ?? 0);
        this.#byId.set(room.id, { ...room, last_seq, me: room.me ?? known?.me ?? NEW_ME });
    }

    /** Refreshes a room of ours; any other is left out. */
    change(room: Room): void {
        if (this.#byId.has(room.id)) this.put(room);
    }

    remove(id: number): void {
        this.#byId.delete(id);
    }

    /** The server's word on the user's marks, which may be behind what was read here meanwhile. */
    applyMe(id: number, me: RoomMe): void {
        this.#edit(id, (room) => {
            const read_seq = Math.max(me.read_seq, room.me?.read_seq ?? 0);
            const unread = Math.max(0, room.last_seq - read_seq);
            return { ...room, me: { ...me, read_seq, unread, mentions: unread === 0 ? 0 : me.mentions } };
        });
    }

    /** Counts a new message: one's own is read already, another's may mention the user. */
    applyMessage(message: Message, userId: number): void {
        this.#edit(message.room, (room) => {
            if (message.seq <= room.last_seq) return room;
            const me = room.me ?? NEW_ME;
            const mine = message.author.id === userId;
            const called = !mine && calls(message, userId);
            return {
                ...room,
                last_seq: message.seq,
                me: {
                    ...me,
                    read_seq: mine ? message.seq : me.read_seq,
                    unread: mine ? 0 : message.seq - me.read_seq,
                    mentions: mine ? 0 : me.mentions + (called ? 1 : 0),
                },
            };
        });
    }

    /** Takes the user's own reading for granted before the server confirms it. */
    applyRead(id: number, seq: number): void {
        this.#edit(id, (room) => {
            const me = room.me ?? NEW_ME;
            if (seq <= me.read_seq) return room;
            const unread = Math.max(0, room.last_seq - seq);
            return { ...room, me: { ...me, read_seq: seq, unread, mentions: unread === 0 ? 0 : me.mentions } };
        });
    }

    applyMemberCount(id: number, difference: number): void {
        this.#edit(id, (room) => ({ ...room, member_count: Math.max(0, room.member_count + difference) }));
    }

    clear(): void {
        this.#byId.clear();
        this.#loaded = false;
    }

    #edit(id: number, change: (room: Room) => Room): void {
        const room = this.#byId.get(id);
        if (room) this.#byId.set(id, change(room));
    }
}

export function unreadOf(room: Room): number {
    return room.me?.unread ?? 0;
}

export function isMuted(room: Room): boolean {
    return room.me?.level === 'none';
}

/** The number on a room's badge: mentions, and in a direct message everything unread. */
export function badgeOf(room: Room): number {
    if (isMuted(room)) return 0;
    return room.kind === 'dm' ? unreadOf(room) : (room.me?.mentions ?? 0);
}

/** The room `step` places further down the list of those that `wanted` lets through, going round. */
export function neighbour(rooms: Room[], current: number, step: 1 | -1, wanted: (room: Room) => boolean): Room | undefined {
    const start = rooms.findIndex((room) => room.id === current);
    for (let distance = 1; distance <= rooms.length; distance += 1) {
        const index = (((start < 0 && step < 0 ? 0 : start) + step * distance) % rooms.length + rooms.length) % rooms.length;
        const room = rooms[index];
        if (room && room.id !== current && wanted(room)) return room;
    }
    return undefined;
}
