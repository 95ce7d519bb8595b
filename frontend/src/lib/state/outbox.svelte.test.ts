import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CommandError } from '$lib/protocol/errors';
import type { ErrorCode, Message } from '$lib/protocol/gen/protocol';
import { settled } from '$lib/testing/fake-wire';
import { aMessage } from '$lib/testing/make';
import { Outbox, type Entry } from './outbox.svelte';
import { memoryStore } from './storage';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function anOutbox(store = memoryStore()) {
    const tries: { entry: Entry; ok: (message: Message) => void; no: (error: CommandError) => void }[] = [];
    const missing: Message[] = [];
    const outbox = new Outbox({
        store,
        send: (entry) => new Promise((ok, no) => tries.push({ entry, ok, no })),
        onMissing: (message) => missing.push(message),
    });
    outbox.openFor(1);
    outbox.online();
    const refuse = async (index: number, code: ErrorCode | 'offline' | 'timeout', retry_after_ms?: number) => {
        tries[index]?.no(new CommandError({ code, message: code, retry_after_ms }));
        await settled();
    };
    const accept = async (index: number, message: Message) => {
        tries[index]?.ok(message);
        await settled();
    };
    return { outbox, tries, refuse, accept, store, missing };
}
const states = (outbox: Outbox, room = 1) => outbox.in(room).map((entry) => entry.state);
const bodies = (tries: { entry: Entry }[]) => tries.map(({ entry }) => entry.body);

describe('order', () => {
    it('sends one at a time per room, in the order of writing', async () => {
        const { outbox, tries, accept } = anOutbox();
        for (const body of ['a', 'b']) outbox.add(1, body);
        outbox.add(2, 'x');
        expect(bodies(tries)).toEqual(['a', 'x']);
        await accept(0, aMessage(1));
        expect(bodies(tries)).toEqual(['a', 'x', 'b']);
    });

    it('holds the next one back while the first is to be tried again', async () => {
        const { outbox, tries, refuse } = anOutbox();
        for (const body of ['a', 'b']) outbox.add(1, body);
        await refuse(0, 'unavailable');
        vi.advanceTimersByTime(1000);
        expect(bodies(tries)).toEqual(['a', 'a']);
    });

    it('lets the next one pass when the first has failed for good', async () => {
        const { outbox, tries, refuse } = anOutbox();
        for (const body of ['a', 'b']) outbox.add(1, body);
        await refuse(0, 'forbidden');
        expect(states(outbox)).toEqual(['failed', 'sending']);
        expect(bodies(tries)).toEqual(['a', 'b']);
    });
});

describe('trying again', () => {
    it('uses the same nonce each time', async () => {
        const { outbox, tries, refuse } = anOutbox();
        outbox.add(1, 'a');
        await refuse(0, 'timeout');
        vi.advanceTimersByTime(1000);
        expect(tries[1]?.entry.nonce).toBe(tries[0]?.entry.nonce);
    });

    it('waits for the connection', async () => {
        const { outbox, tries, refuse } = anOutbox();
        outbox.add(1, 'a');
        outbox.offline();
        await refuse(0, 'timeout');
        outbox.add(1, 'b');
        vi.advanceTimersByTime(60_000);
        expect([tries.length, outbox.waiting]).toEqual([1, 2]);
        outbox.online();
        expect(bodies(tries)).toEqual(['a', 'a']);
    });

    it('keeps the pause that the server asks for, and says so', async () => {
        const { outbox, tries, refuse } = anOutbox();
        outbox.add(1, 'a');
        await refuse(0, 'rate_limited', 8000);
        expect(outbox.pausedUntil(1)).toBe(Date.now() + 8000);
        vi.advanceTimersByTime(7999);
        expect(tries.length).toBe(1);
        vi.advanceTimersByTime(1);
        expect([tries.length, outbox.pausedUntil(1)]).toEqual([2, 0]);
    });

    it('gives up on a server that goes on failing, until the user asks', async () => {
        const { outbox, tries, refuse } = anOutbox();
        outbox.add(1, 'a');
        for (let index = 0; index < 5; index += 1) {
            await refuse(index, 'internal');
            vi.advanceTimersByTime(60_000);
        }
        expect([tries.length, states(outbox)]).toEqual([5, ['failed']]);
        outbox.retry(outbox.in(1)[0]?.nonce ?? '');
        expect(tries.length).toBe(6);
    });
});

describe('arriving', () => {
    it('stays on the screen as sent until its message comes, and then goes', async () => {
        const { outbox, accept, missing } = anOutbox();
        outbox.add(1, 'a');
        const nonce = outbox.in(1)[0]?.nonce ?? '';
        await accept(0, aMessage(5));
        expect(states(outbox)).toEqual(['sent']);
        outbox.confirm(nonce, aMessage(5));
        expect([states(outbox), outbox.nonceOf(1005)]).toEqual([[], nonce]);
        vi.advanceTimersByTime(60_000);
        expect(missing).toEqual([]);
    });

    it('is done when its message comes before the answer', async () => {
        const { outbox, tries, accept } = anOutbox();
        outbox.add(1, 'a');
        outbox.confirm(tries[0]?.entry.nonce ?? '', aMessage(5));
        await accept(0, aMessage(5));
        expect(states(outbox)).toEqual([]);
    });

    it('is looked for when its message does not come', async () => {
        const { outbox, accept, missing } = anOutbox();
        outbox.add(1, 'a');
        await accept(0, aMessage(5));
        vi.advanceTimersByTime(3000);
        expect(missing).toEqual([aMessage(5)]);
    });
});

describe('a reload', () => {
    it('finds what was unsent, in order, with its nonce, and only its own user’s', async () => {
        const { outbox, store, refuse, tries } = anOutbox();
        outbox.add(1, 'a');
        outbox.add(1, 'b');
        await refuse(0, 'forbidden');
        const later = anOutbox(store);
        expect(states(later.outbox)).toEqual(['failed', 'sending']);
        expect(later.tries[0]?.entry.nonce).toBe(tries[1]?.entry.nonce);
        later.outbox.close();
        later.outbox.openFor(2);
        expect(states(later.outbox)).toEqual([]);
    });

    it('does not bring back what the server has', async () => {
        const { outbox, store, accept } = anOutbox();
        outbox.add(1, 'a');
        await accept(0, aMessage(1));
        expect(states(anOutbox(store).outbox)).toEqual([]);
        expect(store.keys('outbox')).toEqual([]);
    });
});
