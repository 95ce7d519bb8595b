import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeSocket, settled } from '$lib/testing/fake-wire';
import { aMessage, aRoom, aUser } from '$lib/testing/make';
import { MessageSearch } from './message-search.svelte';
import { People } from './people.svelte';
import type { RoomNames } from './room-names';
import { Rooms } from './rooms.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function made() {
    const { socket, wire } = fakeSocket();
    socket.open();
    wire.receive('ready', { me: {}, server: {}, rooms: [], users: [], pos: 1, resumed: false } as never);
    const [people, rooms] = [new People(), new Rooms()];
    people.merge([aUser(2, { name: 'bo', display_name: 'Bo Ek' })]);
    rooms.reset([aRoom(4, { name: 'Tea corner' })]);
    const search = new MessageSearch({ socket, people, rooms, names: { of: (room: { name: string }) => room.name } as unknown as RoomNames, session: { id: 9 } });
    const type = async (text: string) => {
        search.typed = text;
        vi.advanceTimersByTime(250);
        await settled();
        return wire.pending('message:search')?.payload;
    };
    return { search, wire, type };
}
const hit = (seq: number) => ({ message: aMessage(seq), snippet: { text: 'x', marks: [] } });

describe('searching messages', () => {
    it('asks once one has paused, for the last wish only', async () => {
        const { search, wire } = made();
        for (const typed of ['t', 'te', 'tea']) {
            search.typed = typed;
            vi.advanceTimersByTime(100);
        }
        vi.advanceTimersByTime(250);
        await settled();
        expect(wire.sent.map(({ payload }) => payload['query'])).toEqual(['tea']);
    });

    it('makes ids of names', async () => {
        expect(await made().type('cup from:me in:"tea corner"')).toMatchObject({ query: 'cup', author: 9, room: 4 });
        expect(await made().type('cup from:"bo ek" in:tea-corner is:pinned')).toMatchObject({ author: 2, room: 4, pinned: true });
    });

    it('asks the server who somebody is, and says when there is nobody', async () => {
        const { search, wire, type } = made();
        await type('cup from:zoe');
        await wire.answer('user:list', { users: [aUser(7, { name: 'zoe' })], more: false });
        expect(wire.pending('message:search')?.payload['author']).toBe(7);
        await type('cup from:nobody');
        await wire.answer('user:list', { users: [], more: false });
        expect(search.problem).toContain('nobody');
        await type('cup in:nowhere');
        expect([search.problem.includes('nowhere'), search.hits]).toEqual([true, []]);
        await type('from:bo');
        expect(search.problem).not.toBe('');
    });

    it('shows page after page, and drops an answer that was overtaken', async () => {
        const { search, wire, type } = made();
        await type('tea');
        await wire.answer('message:search', { hits: [hit(5), hit(4)], more: true });
        void search.loadMore();
        expect(wire.pending('message:search')?.payload['before']).toBe(1004);
        await wire.answer('message:search', { hits: [hit(3)], more: false });
        expect([search.hits.map(({ message }) => message.seq), search.more]).toEqual([[5, 4, 3], false]);
        await type('old');
        await type('new');
        await wire.answer('message:search', { hits: [hit(1)], more: false });
        expect(search.hits.length).toBe(3);
        await wire.answer('message:search', { hits: [], more: false });
        expect([search.hits.length, search.done]).toEqual([0, true]);
    });

    it('keeps what it shows right', async () => {
        const { search, wire, type } = made();
        await type('tea');
        await wire.answer('message:search', { hits: [hit(5), hit(4)], more: false });
        search.applyChange(aMessage(4, { deleted: true }));
        expect(search.hits.map(({ message }) => message.deleted)).toEqual([undefined, true]);
    });

    it('waits when it is asked to slow down, and shows other errors', async () => {
        const { search, wire, type } = made();
        await type('tea');
        await wire.refuseCommand('message:search', 'rate_limited', { retry_after_ms: 2000 });
        expect(search.error).toBeUndefined();
        vi.advanceTimersByTime(2000);
        await settled();
        await wire.refuseCommand('message:search', 'unavailable');
        expect(search.error?.code).toBe('unavailable');
    });
});
