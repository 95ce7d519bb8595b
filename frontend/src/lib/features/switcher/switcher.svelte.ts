/* The quick way to a room: type a few letters, take the one that is marked. */
import type { Room } from '$lib/protocol/gen/protocol';
import { unreadOf, type Rooms } from '$lib/state/rooms.svelte';

const SHOWN_MAX = 50;

export class Switcher {
    #query = $state('');
    #index = $state(0);
    readonly #rooms: Rooms;
    #found = $derived.by(() => search(this.#rooms.inOrder, this.#query));

    constructor(rooms: Rooms) {
        this.#rooms = rooms;
    }

    get query(): string {
        return this.#query;
    }
    set query(query: string) {
        this.#query = query;
        this.#index = 0;
    }
    get found(): Room[] {
        return this.#found;
    }
    get marked(): Room | undefined {
        return this.#found[this.#index];
    }

    move(step: 1 | -1): void {
        const count = this.#found.length;
        if (count > 0) this.#index = (this.#index + step + count) % count;
    }
}

/** Rooms whose name holds all words; those that begin with the query first, unread ones before the rest. */
export function search(rooms: readonly Room[], query: string): Room[] {
    const plain = fold(query.trim());
    const words = plain.split(/\s+/).filter(Boolean);
    const rank = (room: Room) => (plain && fold(room.name).startsWith(plain) ? 0 : 1);
    return rooms
        .filter((room) => words.every((word) => fold(room.name).includes(word)))
        .sort((a, b) => rank(a) - rank(b) || Number(unreadOf(b) > 0) - Number(unreadOf(a) > 0))
        .slice(0, SHOWN_MAX);
}

function fold(text: string): string {
    return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
