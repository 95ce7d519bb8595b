/* The rooms that the user is in, with what is unread in each. */
import { SvelteMap } from 'svelte/reactivity';
import type { Message, Room, RoomMe } from '$lib/protocol/gen/protocol';
import { calls } from '$lib/text/mentions';
import { byActivity, byPlace } from './room-order';

const NEW_ME: RoomMe = { role: 'member', read_seq: 0, unread: 0, mentions: 0, level: 'all', favorite: false };

export class Rooms {
    #byId = new SvelteMap<number, Room>();
    #loaded = $state(false);
    #complete = $state(false);
    #stale = new Set<number>();
    #all = $derived([...this.#byId.values()].sort(byPlace));
    #favorites = $derived(this.#all.filter((room) => room.me?.favorite));
    #channels = $derived(this.#all.filter((room) => room.kind !== 'dm' && !room.me?.favorite));
    #direct = $derived(this.#all.filter((room) => room.kind === 'dm' && !room.me?.favorite).sort(byActivity));
    #badge = $derived(this.#all.reduce((sum, room) => sum + badgeOf(room), 0));
    #unread = $derived(this.#all.reduce((sum, room) => sum + (isMuted(room) ? 0 : unreadOf(room)), 0));

    /** Favourites of every kind, in the user's own order. */
    get favorites(): Room[] {
        return this.#favorites;
    }
    /** Other public and private rooms, in the user's own order, then by name. */
    get channels(): Room[] {
        return this.#channels;
    }
    /** Other direct messages, the liveliest first. */
    get direct(): Room[] {
        return this.#direct;
    }
    /** All of them in the order of the list. */
    get inOrder(): Room[] {
        return [...this.#favorites, ...this.#channels, ...this.#direct];
    }
    /** The part of the list that a room stands in. */
    sectionOf(room: Room): Room[] {
        if (room.me?.favorite) return this.#favorites;
        return room.kind === 'dm' ? this.#direct : this.#channels;
    }
    /** What the badge of the app says: mentions, and what is unread in direct messages. */
    get badge(): number {
        return this.#badge;
    }
    /** Unread messages in all rooms that are not muted. */
    get unread(): number {
        return this.#unread;
    }
    /** Whether the server has told the list once. */
    get loaded(): boolean {
        return this.#loaded;
    }

    /** Whether it was the whole list. */
    get isComplete(): boolean {
        return this.#complete;
    }

    get(id: number): Room | undefined {
        return this.#byId.get(id);
    }

    find(slug: string): Room | undefined {
        return this.#all.find((room) => room.slug === slug);
    }

    /** The direct message of these people, the user among them, and nobody else. */
    directOf(users: readonly number[]): Room | undefined {
        const wanted = new Set(users);
        return this.#all.find(({ kind, users = [] }) => kind === 'dm' && users.length === wanted.size && users.every((id) => wanted.has(id)));
    }

    /** Replaces the whole list: a fresh start. In order, so that sorting again has little to do. With `more` others
     *  are to come by `fill`: until then those that were known stay, so that the open room does not go and come back. */
    reset(rooms: readonly Room[], more = false): void {
        if (!more) this.#byId.clear();
        this.#stale = new Set(this.#byId.keys());
        for (const room of [...rooms].sort(byPlace)) this.#refresh(room);
        this.#loaded = true;
        this.#complete = !more;
    }

    /** Some of those that a fresh start left out; what has come already is kept up by events. */
    fill(rooms: readonly Room[]): void {
        for (const room of rooms) if (!this.#byId.has(room.id) || this.#stale.has(room.id)) this.#refresh(room);
    }

    /** All have come: what was known before and is not among them is none of the user's any more. */
    complete(): void {
        for (const id of this.#stale) this.#byId.delete(id);
        this.#stale.clear();
        this.#complete = true;
    }

    /** Adds a room that the user is in now, or refreshes it. An event's room brings no `me`: ours stays. */
    put(room: Room): void {
        const known = this.#byId.get(room.id);
        this.#stale.delete(room.id);
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

    /** The server's word on what is the user's own. A read mark may also move back: something was kept unread. */
    applyMe(id: number, me: RoomMe): void {
        this.#edit(id, (room) => {
            const unread = Math.max(0, room.last_seq - me.read_seq);
            return { ...room, me: { ...me, unread, mentions: unread === 0 ? 0 : me.mentions } };
        });
    }

    /** Its place in the user's own order. */
    place(id: number, position: number | undefined): void {
        this.#edit(id, (room) => ({ ...room, me: { ...(room.me ?? NEW_ME), position } }));
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
                last_message: message,
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
        this.#stale.clear();
        this.#loaded = this.#complete = false;
    }

    #refresh(room: Room): void {
        this.#stale.delete(room.id);
        this.#byId.set(room.id, room);
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
