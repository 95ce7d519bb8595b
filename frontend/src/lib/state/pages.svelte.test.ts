import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CommandError } from '$lib/protocol/errors';
import { fakeSocket, settled } from '$lib/testing/fake-wire';
import { aRoom } from '$lib/testing/make';
import { Directory } from './directory.svelte';
import { Pages, type Page } from './pages.svelte';
import { SearchedPages } from './searched-pages.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Item {
    id: number;
}

/** A server that answers when the test says so. */
function aServer() {
    const asked: { query?: string; last?: number; answer: (page: Page<Item>) => Promise<void>; fail: (error: Error) => Promise<void> }[] = [];
    const fetch = (query: string | undefined, last: Item | undefined) =>
        new Promise<Page<Item>>((resolve, reject) => {
            const then = (act: () => void) => (act(), settled());
            asked.push({ query, last: last?.id, answer: (page) => then(() => resolve(page)), fail: (error) => then(() => reject(error)) });
        });
    return { asked, fetch };
}
const page = (ids: number[], more = false) => ({ items: ids.map((id) => ({ id })), more });
const ids = (list: Pages<Item>) => list.items.map(({ id }) => id);

it('goes on after the last one, and stops where there is no more', async () => {
    const { asked, fetch } = aServer();
    const list = new Pages<Item>((last) => fetch(undefined, last));
    void list.load();
    await asked[0]?.answer(page([1, 2], true));
    void list.loadMore();
    await asked[1]?.answer(page([5]));
    expect([asked[1]?.last, ids(list), list.more]).toEqual([2, [1, 2, 5], false]);
});

it('keeps what it has when the next page fails, and says why', async () => {
    const { asked, fetch } = aServer();
    const list = new Pages<Item>((last) => fetch(undefined, last));
    void list.load();
    await asked[0]?.answer(page([1], true));
    void list.loadMore();
    await asked[1]?.fail(new CommandError({ code: 'forbidden', message: '' }));
    expect([ids(list), list.error?.code]).toEqual([[1], 'forbidden']);
});

it('asks once for what was typed in one go, and drops an answer that was overtaken', async () => {
    const { asked, fetch } = aServer();
    const list = new SearchedPages<Item>(fetch);
    await settled();
    list.query = 'd';
    list.query = 'de';
    await vi.advanceTimersByTimeAsync(150);
    expect(asked.map(({ query }) => query)).toEqual([undefined, 'de']);
    await asked[1]?.answer(page([7]));
    await asked[0]?.answer(page([1, 2, 3]));
    expect(ids(list)).toEqual([7]);
});

it('shows the rooms of the server at once, and archived ones when asked', async () => {
    const { socket, wire } = fakeSocket();
    socket.open();
    wire.receive('ready', { me: {} as never, server: {} as never, rooms: [], users: [], pos: 1, resumed: false });
    const directory = new Directory(socket);
    await settled();
    await wire.answer('room:list', { rooms: [aRoom(1)], more: false });
    expect([directory.items.length, directory.error]).toEqual([1, undefined]);
    directory.archived = true;
    expect(wire.pending('room:list')?.payload).toMatchObject({ archived: true });
});
