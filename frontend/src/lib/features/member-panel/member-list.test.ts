import { expect, it } from 'vitest';
import { People } from '$lib/state/people.svelte';
import { RoomMembers } from '$lib/state/members.svelte';
import { aUser } from '$lib/testing/make';
import { MemberList, STEP } from './member-list.svelte';

function aRoomOf(count: number) {
    const members = new RoomMembers(new People());
    const status = (id: number) => (id % 10 === 0 ? ('online' as const) : ('offline' as const));
    members.reset(Array.from({ length: count }, (_, id) => ({ user: aUser(id + 1, { status: status(id + 1) }), role: 'member' as const, joined_at: 0 })), count);
    return new MemberList(members);
}
const shown = (list: MemberList) => list.groups.map(({ status, members, count }) => [status, members.length, count]);

it('shows the first of thousands, those who are here before the others, and says how many there are', () => {
    const list = aRoomOf(5000);
    expect(shown(list)).toEqual([['online', STEP, 500], ['offline', 0, 4500]]);
    expect(list.hidden).toBe(5000 - STEP);
    list.showMore();
    expect(list.hidden).toBe(5000 - 2 * STEP);
});

it('filters by any part of a name, and then shows few', () => {
    const list = aRoomOf(5000);
    list.query = 'user49';
    expect(list.groups.map(({ count }) => count)).toEqual([11, 100]);
    expect(list.groups.flatMap(({ members }) => members).length).toBe(30);
    list.query = 'nobody';
    expect(list.groups).toEqual([]);
});

it('shows all where there are few', () => {
    const list = aRoomOf(5);
    expect([shown(list), list.hidden]).toEqual([[['offline', 5, 5]], 0]);
});
