import { describe, expect, it } from 'vitest';
import type { Room } from '$lib/protocol/gen/protocol';
import { aMe, aMessage, aRoom } from '$lib/testing/make';
import { byActivity, byPlace, GAP, placesToMove } from './room-order';

const placed = (id: number, position?: number, name = `Room ${id}`) => aRoom(id, { name, me: aMe({ position }) });
const ids = (rooms: readonly Room[]) => rooms.map((room) => room.id);

/** The section after the places were set, as the list would show it. */
function after(section: Room[], from: number, to: number): number[] {
    const places = new Map(placesToMove(section, from, to).map(({ room, position }) => [room, position]));
    const moved = section.map((room) => placed(room.id, places.get(room.id) ?? room.me?.position, room.name));
    return ids(moved.sort(byPlace));
}

describe('the order', () => {
    it('is by place, then by name as people sort names', () => {
        const rooms = [placed(1, undefined, 'Room 10'), placed(2, undefined, 'room 9'), placed(3, 5, 'Zebra')];
        expect(ids(rooms.sort(byPlace))).toEqual([3, 2, 1]);
    });

    it('of direct messages is by the newest talk', () => {
        const rooms = [aRoom(1, { created_at: 50 }), aRoom(2, { last_message: aMessage(9) }), aRoom(3, { created_at: 70 })];
        expect(ids(rooms.sort(byActivity))).toEqual([2, 3, 1]);
    });
});

describe('moving a room', () => {
    const named = [placed(1), placed(2), placed(3), placed(4)];

    it.each([
        [3, 0, [4, 1, 2, 3]],
        [0, 1, [2, 1, 3, 4]],
        [0, 3, [2, 3, 4, 1]],
        [2, 1, [1, 3, 2, 4]],
    ])('from %i to %i among rooms without places', (from, to, order) => {
        expect(after(named, from, to)).toEqual(order);
    });

    it.each([
        [3, 0, [4, 1, 2, 3]],
        [0, 2, [2, 3, 1, 4]],
    ])('from %i to %i changes one number where there are gaps', (from, to, order) => {
        const section = [placed(1, GAP), placed(2, 2 * GAP), placed(3, 3 * GAP), placed(4, 4 * GAP)];
        expect(placesToMove(section, from, to).length).toBe(1);
        expect(after(section, from, to)).toEqual(order);
    });

    it('makes new gaps where none is left', () => {
        const section = [placed(1, 1), placed(2, 2), placed(3, 3), placed(4)];
        expect(after(section, 2, 0)).toEqual([3, 1, 2, 4]);
        expect(after(section, 2, 1)).toEqual([1, 3, 2, 4]);
    });

    it('beyond the ends does nothing', () => {
        expect([placesToMove(named, 0, -1), placesToMove(named, 3, 4), placesToMove(named, 1, 1)]).toEqual([[], [], []]);
    });
});
