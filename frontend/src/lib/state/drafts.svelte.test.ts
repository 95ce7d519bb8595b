import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CommandError } from '$lib/protocol/errors';
import type { Draft as Told } from '$lib/protocol/gen/protocol';
import { settled } from '$lib/testing/fake-wire';
import { Drafts } from './drafts.svelte';
import { memoryStore } from './storage';

const NOW = 1_000_000;
beforeEach(() => void vi.useFakeTimers({ now: NOW }));
afterEach(() => void vi.useRealTimers());

/** The drafts of user 1, and a server that remembers them. */
function someDrafts({ store = memoryStore(), watched = false, server = [] as Told[] } = {}) {
    const said: { room: number; thread?: number; body: string }[] = [];
    const line = { error: undefined as string | undefined };
    const send = async (command: string, payload: object) => {
        if (line.error) throw new CommandError({ code: line.error as 'offline', message: '' });
        if (command === 'draft:list') return { drafts: server };
        said.push(payload as (typeof said)[number]);
        return {};
    };
    const drafts = new Drafts({ store, socket: { send: send as never }, watched: () => watched });
    drafts.openFor(1);
    const changes: [number, number | undefined][] = [];
    drafts.watch((room, thread) => changes.push([room, thread]));
    const later = async (ms: number) => {
        vi.advanceTimersByTime(ms);
        await settled();
    };
    return { drafts, said, line, store, later, changes };
}
const told = (body: string, more: Partial<Told> = {}): Told => ({ room: 1, body, at: Date.now() + 1, ...more });

describe('in the browser', () => {
    it('are kept by room and thread, and a page that goes loses at most what the last moment brought', async () => {
        const { drafts, store, later } = someDrafts();
        drafts.set(1, 'for the room');
        drafts.set(1, 'for the thread', 7);
        await later(300);
        drafts.set(1, 'for the room, and more');
        const crashed = someDrafts({ store });
        expect([crashed.drafts.get(1), crashed.drafts.get(1, 7), crashed.drafts.get(2)]).toEqual(['for the room', 'for the thread', '']);
        drafts.flush();
        expect(someDrafts({ store }).drafts.get(1)).toBe('for the room, and more');
    });

    it('are written also while somebody types without a pause', async () => {
        const { drafts, store, later } = someDrafts();
        for (let key = 1; key <= 20; key += 1) {
            drafts.set(1, 'x'.repeat(key));
            await later(100);
        }
        expect(someDrafts({ store }).drafts.get(1).length).toBeGreaterThan(15);
    });

    it('belong to one user, and go with him when he logs out, but for what the server has not got', async () => {
        const { drafts, store, line } = someDrafts();
        drafts.set(1, 'mine');
        drafts.openFor(2);
        expect(drafts.get(1)).toBe('');
        drafts.openFor(1);
        expect(drafts.get(1)).toBe('mine');
        await drafts.tell();
        line.error = 'unavailable';
        drafts.set(2, 'untold');
        await drafts.tell();
        drafts.clear();
        expect([drafts.get(2), someDrafts({ store }).drafts.get(1), someDrafts({ store }).drafts.get(2)]).toEqual(['', '', 'untold']);
    });
});

describe('telling the server', () => {
    it('happens once, after a pause', async () => {
        const { drafts, said, later } = someDrafts();
        drafts.set(1, 'a');
        await later(1999);
        drafts.set(1, 'ab');
        await later(1999);
        expect(said).toEqual([]);
        await later(1);
        await later(60_000);
        expect(said).toEqual([{ room: 1, thread: undefined, body: 'ab' }]);
    });

    it('says nothing of what was sent before the pause', async () => {
        const { drafts, said, later } = someDrafts();
        drafts.set(1, 'quick');
        drafts.set(1, '');
        await later(60_000);
        expect(said).toEqual([]);
    });

    it('says at once that a draft it knows is gone, also when it is just being told', async () => {
        const { drafts, said, store, later } = someDrafts();
        drafts.set(1, 'slow', 7);
        vi.advanceTimersByTime(2000);
        drafts.set(1, '', 7);
        await later(2000);
        expect(said.map(({ body }) => body)).toEqual(['slow', '']);
        await later(300);
        expect(store.keys('draft')).toEqual([]);
    });

    it('is made up for when the line is back', async () => {
        const { drafts, said, line, later } = someDrafts();
        line.error = 'offline';
        drafts.set(1, 'offline');
        await later(60_000);
        line.error = undefined;
        await drafts.catchUp();
        expect(said.map(({ body }) => body)).toEqual(['offline']);
    });

    it('is given up where the server will never take it', async () => {
        const { drafts, line, said, later } = someDrafts();
        line.error = 'not_found';
        drafts.set(1, 'of a room that went');
        await later(2000);
        line.error = undefined;
        await drafts.catchUp();
        expect([said, drafts.get(1)]).toEqual([[], 'of a room that went']);
    });
});

describe('another device', () => {
    it('is followed where nothing stands', () => {
        const { drafts, changes } = someDrafts({ watched: true });
        drafts.apply(told('from the phone', { thread: 7 }));
        expect([drafts.get(1, 7), drafts.get(1), changes]).toEqual(['from the phone', '', [[1, 7]]]);
    });

    it('is followed where what stands here is known there, and nobody looks', async () => {
        const { drafts, later } = someDrafts();
        drafts.set(1, 'a');
        await later(2000);
        drafts.apply(told('a and more'));
        expect([drafts.get(1), drafts.offer(1)]).toEqual(['a and more', undefined]);
    });

    it('takes nothing from under one’s hands: it is an offer', async () => {
        const { drafts, later, changes } = someDrafts({ watched: true });
        drafts.set(1, 'a');
        await later(2000);
        drafts.apply(told('b'));
        expect([drafts.get(1), drafts.offer(1), changes]).toEqual(['a', { body: 'b', from: 'elsewhere' }, []]);
        drafts.take(1);
        expect([drafts.get(1), drafts.offer(1)]).toEqual(['b', { body: 'a', from: 'here' }]);
        drafts.take(1);
        expect(drafts.get(1)).toBe('a');
        drafts.dismiss(1);
        expect(drafts.offer(1)).toBeUndefined();
    });

    it('does not take what was not told yet, whether it is looked at or not', () => {
        const { drafts } = someDrafts();
        drafts.set(1, 'written in the tunnel');
        drafts.apply(told('later, on the phone'));
        expect([drafts.get(1), drafts.offer(1)?.body]).toEqual(['written in the tunnel', 'later, on the phone']);
    });

    it('loses to what was written later here', async () => {
        const { drafts, said, later } = someDrafts();
        drafts.set(1, 'later');
        drafts.apply(told('earlier', { at: Date.now() - 1 }));
        expect([drafts.get(1), drafts.offer(1)]).toEqual(['later', undefined]);
        await later(2000);
        expect(said.map(({ body }) => body)).toEqual(['later']);
    });

    it('that has sent it takes it away, unless more was written', async () => {
        const { drafts, later } = someDrafts({ watched: true });
        drafts.set(1, 'sent elsewhere');
        drafts.set(2, 'known');
        await later(2000);
        drafts.set(2, 'known and more');
        drafts.apply(told(''));
        drafts.apply(told('', { room: 2 }));
        expect([drafts.get(1), drafts.get(2)]).toEqual(['', 'known and more']);
    });

    it('is not what comes back of our own words, however late', async () => {
        const { drafts, later } = someDrafts({ watched: true });
        drafts.set(1, 'a');
        await later(2000);
        drafts.set(1, 'ab');
        drafts.apply(told('a', { at: Date.now() + 500 }));
        expect([drafts.get(1), drafts.offer(1)]).toEqual(['ab', undefined]);
    });

    it('is caught up with after a break', async () => {
        const store = memoryStore();
        const before = someDrafts({ store });
        for (const room of [1, 2, 3]) before.drafts.set(room, `of ${room}`);
        await before.later(2000);
        before.drafts.flush();
        const { drafts } = someDrafts({ store, server: [told('of 1'), told('changed', { room: 3 }), told('new', { room: 4 })] });
        await drafts.catchUp();
        expect([1, 2, 3, 4].map((room) => drafts.get(room))).toEqual(['of 1', '', 'changed', 'new']);
    });
});
