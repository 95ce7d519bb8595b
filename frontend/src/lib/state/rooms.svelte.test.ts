import { describe, expect, it } from 'vitest';
import { aMe, aMessage, aRoom } from '$lib/testing/make';
import { badgeOf, neighbour, Rooms, unreadOf } from './rooms.svelte';

const ME = 9;
function withRoom(more = {}) {
    const rooms = new Rooms();
    rooms.reset([aRoom(1, { last_seq: 5, me: aMe({ read_seq: 5 }), ...more })]);
    const room = () => rooms.get(1) ?? aRoom(1);
    return { rooms, room };
}

describe('unread', () => {
    it('grows with others’ messages and is gone with one’s own', () => {
        const { rooms, room } = withRoom();
        rooms.applyMessage(aMessage(6), ME);
        rooms.applyMessage(aMessage(7, { mentions: [ME] }), ME);
        expect([unreadOf(room()), badgeOf(room()), rooms.unread]).toEqual([2, 1, 2]);
        rooms.applyMessage(aMessage(8, { author: { id: ME, name: 'me', display_name: 'me', kind: 'guest' } }), ME);
        expect([unreadOf(room()), badgeOf(room()), room().me?.read_seq]).toEqual([0, 0, 8]);
    });

    it('counts a message once, however often it comes', () => {
        const { rooms, room } = withRoom();
        rooms.applyMessage(aMessage(6, { mentions: [ME] }), ME);
        rooms.applyMessage(aMessage(6, { mentions: [ME] }), ME);
        expect([unreadOf(room()), badgeOf(room())]).toEqual([1, 1]);
    });

    it('comes back when the server says that a mark was taken back', () => {
        const { rooms, room } = withRoom({ last_seq: 8 });
        rooms.applyRead(1, 8);
        rooms.applyMe(1, aMe({ read_seq: 6, unread: 2, mentions: 1 }));
        expect([unreadOf(room()), badgeOf(room()), room().me?.read_seq]).toEqual([2, 1, 6]);
    });

    it('follows a mark that another page has set', () => {
        const { rooms, room } = withRoom({ last_seq: 8 });
        rooms.applyMe(1, aMe({ read_seq: 7 }));
        expect(unreadOf(room())).toBe(1);
    });

    it('of a muted room neither counts nor shows', () => {
        const { rooms, room } = withRoom({ me: aMe({ level: 'none', unread: 3, mentions: 2 }) });
        expect([rooms.unread, badgeOf(room())]).toEqual([0, 0]);
    });

    it('of a direct message is a number', () => {
        const { room } = withRoom({ kind: 'dm', me: aMe({ unread: 3 }) });
        expect(badgeOf(room())).toBe(3);
    });
});

describe('the list', () => {
    it('is in the order of names, numbers as numbers, direct messages last', () => {
        const rooms = new Rooms();
        rooms.reset([aRoom(1, { name: 'room 10' }), aRoom(2, { name: 'Room 9' }), aRoom(3, { name: 'a', kind: 'dm' })]);
        expect(rooms.inOrder.map((room) => room.id)).toEqual([2, 1, 3]);
    });

    it('keeps what is the user’s own when a room changes', () => {
        const { rooms, room } = withRoom({ me: aMe({ read_seq: 5, role: 'owner' }) });
        const { me: _, ...event } = aRoom(1, { topic: 'new', last_seq: 2 });
        rooms.change(event);
        expect([room().topic, room().me?.role, room().last_seq]).toEqual(['new', 'owner', 5]);
    });

    it('takes in no room that is not the user’s', () => {
        const { rooms } = withRoom();
        rooms.change(aRoom(2));
        expect(rooms.get(2)).toBeUndefined();
    });

    it('drops on a fresh start what the server no longer lists', () => {
        const { rooms } = withRoom();
        rooms.reset([aRoom(2)]);
        expect(rooms.inOrder.map((room) => room.id)).toEqual([2]);
    });
});

it.each([
    [1, 1, 2],
    [3, 1, 1],
    [1, -1, 3],
    [0, 1, 1],
    [0, -1, 3],
] as const)('the neighbour of %s in direction %s is %s', (current, step, expected) => {
    expect(neighbour([aRoom(1), aRoom(2), aRoom(3)], current, step, () => true)?.id).toBe(expected);
});

it('finds the next unread room, going round', () => {
    const rooms = [aRoom(1, { me: aMe({ unread: 1 }) }), aRoom(2), aRoom(3)];
    expect(neighbour(rooms, 2, 1, (room) => unreadOf(room) > 0)?.id).toBe(1);
    expect(neighbour(rooms, 1, 1, (room) => unreadOf(room) > 0)).toBeUndefined();
});

describe('a list that comes in parts', () => {
    const ids = (rooms: Rooms) => rooms.channels.map((room) => room.id);

    it('is whole when all have come, without those that the user is in no more', () => {
        const rooms = new Rooms();
        rooms.reset([aRoom(1), aRoom(2), aRoom(3)]);
        rooms.reset([aRoom(2), aRoom(4)], true);
        expect([rooms.loaded, rooms.isComplete, ids(rooms)]).toEqual([true, false, [1, 2, 3, 4]]);
        rooms.fill([aRoom(1, { topic: 'fresh' }), aRoom(2, { topic: 'older than the events since' })]);
        expect([rooms.get(1)?.topic, rooms.get(2)?.topic]).toEqual(['fresh', aRoom(2).topic]);
        rooms.complete();
        expect([rooms.isComplete, ids(rooms)]).toEqual([true, [1, 2, 4]]);
    });

    it('keeps a room that was joined meanwhile', () => {
        const { rooms } = withRoom();
        rooms.reset([], true);
        rooms.put(aRoom(1, { topic: 'joined' }));
        rooms.complete();
        expect(rooms.get(1)?.topic).toBe('joined');
    });
});
