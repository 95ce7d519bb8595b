import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CommandError } from '$lib/protocol/errors';
import type { ErrorCode, Message } from '$lib/protocol/gen/protocol';
import { settled } from '$lib/testing/fake-wire';
import { aMessage } from '$lib/testing/make';
import { memoryDatabase } from './database';
import { Outbox, type Entry } from './outbox.svelte';
import { memoryStore } from './storage';
import type { Tabs } from './tabs';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A browser in which pages come and go, with locks that are granted in turn. */
function aBrowser() {
    const listeners: [string, () => void, object][] = [];
    const lines = new Map<string, Promise<void>>();
    const tabs = (): Tabs => {
        const me = {};
        return {
            alone: (name, act) => {
                const turn = (lines.get(name) ?? Promise.resolve()).then(act);
                lines.set(name, turn);
                return turn;
            },
            tell: (name) => listeners.filter(([heard, , by]) => heard === name && by !== me).forEach(([, act]) => act()),
            hear: (name, act) => void listeners.push([name, act, me]),
        };
    };
    return { store: memoryStore(), database: memoryDatabase(), tabs };
}

/** An outbox of user 1 that is online; another one in the same browser is another page of his. */
async function anOutbox(browser = aBrowser(), user = 1) {
    const tries: { entry: Entry; ok: (message: Message) => void; no: (error: CommandError) => void }[] = [];
    const missing: Message[] = [];
    const outbox = new Outbox({
        ...browser,
        tabs: browser.tabs(),
        send: (entry) => new Promise((ok, no) => tries.push({ entry, ok, no })),
        onMissing: (message) => missing.push(message),
    });
    outbox.openFor(user);
    outbox.online();
    await settled();
    const add = async (room: number, ...texts: string[]) => {
        for (const body of texts) outbox.add(room, body);
        await settled();
    };
    const refuse = async (index: number, code: ErrorCode | 'offline' | 'timeout', retry_after_ms?: number) => {
        tries[index]?.no(new CommandError({ code, message: code, retry_after_ms }));
        await settled();
    };
    const accept = async (index: number, message: Message) => {
        tries[index]?.ok(message);
        await settled();
    };
    const later = async (ms: number) => {
        vi.advanceTimersByTime(ms);
        await settled();
    };
    return { outbox, tries, add, refuse, accept, later, browser, missing };
}
const states = (outbox: Outbox, room = 1) => outbox.in(room).map((entry) => entry.state);
const bodies = (tries: { entry: Entry }[]) => tries.map(({ entry }) => entry.body);

describe('order', () => {
    it('sends one at a time per room, in the order of writing', async () => {
        const { tries, add, accept } = await anOutbox();
        await add(1, 'a', 'b');
        await add(2, 'x');
        expect(bodies(tries)).toEqual(['a', 'x']);
        await accept(0, aMessage(1));
        expect(bodies(tries)).toEqual(['a', 'x', 'b']);
    });

    it('stands on the screen at once, in the room or thread that it goes to', async () => {
        const { outbox } = await anOutbox();
        outbox.add(1, 'a');
        outbox.add(1, 'b', { thread: 7 });
        expect([outbox.in(1).map(({ body }) => body), outbox.in(1, 7).map(({ body }) => body)]).toEqual([['a'], ['b']]);
    });

    it('holds the next one back while the first is to be tried again', async () => {
        const { tries, add, refuse, later } = await anOutbox();
        await add(1, 'a', 'b');
        await refuse(0, 'unavailable');
        await later(1000);
        expect(bodies(tries)).toEqual(['a', 'a']);
    });

    it('lets the next one pass when the first has failed for good', async () => {
        const { outbox, tries, add, refuse } = await anOutbox();
        await add(1, 'a', 'b');
        await refuse(0, 'forbidden');
        expect(states(outbox)).toEqual(['failed', 'sending']);
        expect(bodies(tries)).toEqual(['a', 'b']);
    });

    it('is that of writing even where the clock was set back', async () => {
        const { outbox, add } = await anOutbox();
        outbox.offline();
        await add(1, 'a');
        vi.setSystemTime(Date.now() - 3_600_000);
        await add(1, 'b');
        expect(outbox.in(1).map(({ body }) => body)).toEqual(['a', 'b']);
        const [first, second] = outbox.in(1);
        expect(second?.at).toBeGreaterThan(first?.at ?? 0);
    });
});

describe('trying again', () => {
    it('uses the same nonce each time', async () => {
        const { tries, add, refuse, later } = await anOutbox();
        await add(1, 'a');
        await refuse(0, 'timeout');
        await later(1000);
        expect(tries[1]?.entry.nonce).toBe(tries[0]?.entry.nonce);
    });

    it('waits for the connection', async () => {
        const { outbox, tries, add, refuse, later } = await anOutbox();
        await add(1, 'a');
        outbox.offline();
        await refuse(0, 'timeout');
        await add(1, 'b');
        await later(60_000);
        expect([tries.length, outbox.waiting]).toEqual([1, 2]);
        outbox.online();
        await settled();
        expect(bodies(tries)).toEqual(['a', 'a']);
    });

    it('takes the word that there is none, and asks no more until there is', async () => {
        const { outbox, tries, add, refuse, later } = await anOutbox();
        await add(1, 'a');
        await refuse(0, 'offline');
        await later(60_000);
        expect([tries.length, states(outbox)]).toEqual([1, ['waiting']]);
    });

    it('keeps the pause that the server asks for, and says so', async () => {
        const { outbox, tries, add, refuse, later } = await anOutbox();
        await add(1, 'a');
        await refuse(0, 'rate_limited', 8000);
        expect(outbox.pausedUntil(1)).toBe(Date.now() + 8000);
        await later(7999);
        expect(tries.length).toBe(1);
        await later(1);
        expect([tries.length, outbox.pausedUntil(1)]).toEqual([2, 0]);
    });

    it('gives up on a server that goes on failing, until the user asks', async () => {
        const { outbox, tries, add, refuse, later } = await anOutbox();
        await add(1, 'a');
        for (let index = 0; index < 5; index += 1) {
            await refuse(index, 'internal');
            await later(60_000);
        }
        expect([tries.length, states(outbox)]).toEqual([5, ['failed']]);
        outbox.retry(outbox.in(1)[0]?.nonce ?? '');
        await settled();
        expect(tries.length).toBe(6);
    });
});

describe('arriving', () => {
    it('stays on the screen as sent until its message comes, and then goes', async () => {
        const { outbox, add, accept, later, missing } = await anOutbox();
        await add(1, 'a');
        const nonce = outbox.in(1)[0]?.nonce ?? '';
        await accept(0, aMessage(5));
        expect(states(outbox)).toEqual(['sent']);
        outbox.confirm(nonce, aMessage(5));
        expect([states(outbox), outbox.nonceOf(1005)]).toEqual([[], nonce]);
        await later(60_000);
        expect(missing).toEqual([]);
    });

    it('is done when its message comes before the answer', async () => {
        const { outbox, tries, add, accept } = await anOutbox();
        await add(1, 'a');
        outbox.confirm(tries[0]?.entry.nonce ?? '', aMessage(5));
        await accept(0, aMessage(5));
        expect(states(outbox)).toEqual([]);
    });

    it('is looked for when its message does not come', async () => {
        const { add, accept, later, missing } = await anOutbox();
        await add(1, 'a');
        await accept(0, aMessage(5));
        await later(3000);
        expect(missing).toEqual([aMessage(5)]);
    });
});

describe('a reload', () => {
    it('finds what was unsent, in order, with its nonce, and only its own user’s', async () => {
        const { browser, add, refuse, tries, outbox } = await anOutbox();
        await add(1, 'a', 'b');
        await refuse(0, 'forbidden');
        outbox.close();
        tries[1]?.no(new CommandError({ code: 'timeout', message: 'the page went' }));
        const second = await anOutbox({ ...browser, tabs: aBrowser().tabs });
        expect(states(second.outbox)).toEqual(['failed', 'sending']);
        expect(second.tries[0]?.entry.nonce).toBe(tries[1]?.entry.nonce);
        expect(states((await anOutbox(browser, 2)).outbox)).toEqual([]);
    });

    it('finds what had no time to get into the database', async () => {
        const { browser, outbox } = await anOutbox();
        const hung = { table: () => ({ all: () => new Promise<never>(() => {}), put: () => new Promise<never>(() => {}), remove: async () => {}, clear: async () => {} }) };
        const first = await anOutbox({ ...browser, database: hung });
        first.outbox.add(1, 'a');
        outbox.close();
        const second = await anOutbox({ ...browser, tabs: aBrowser().tabs });
        expect(bodies(second.tries)).toEqual(['a']);
    });

    it('does not bring back what the server has', async () => {
        const { browser, add, accept } = await anOutbox();
        await add(1, 'a');
        await accept(0, aMessage(1));
        expect(states((await anOutbox(browser)).outbox)).toEqual([]);
        expect([browser.store.keys('outbox'), await browser.database.table('outbox').all(1)]).toEqual([[], []]);
    });

    it('finds nothing of what was given up, or forgotten with the session', async () => {
        const { browser, outbox, add, refuse } = await anOutbox();
        await add(1, 'a', 'b');
        await refuse(0, 'forbidden');
        await refuse(1, 'forbidden');
        expect(outbox.remove(outbox.in(1)[0]?.nonce ?? '')?.body).toBe('a');
        expect((await anOutbox(browser)).outbox.in(1).map(({ body }) => body)).toEqual(['b']);
        outbox.clear();
        await settled();
        expect(states((await anOutbox(browser)).outbox)).toEqual([]);
    });
});

describe('two pages', () => {
    it('send one at a time, all in the order of writing', async () => {
        const browser = aBrowser();
        const [one, two] = [await anOutbox(browser), await anOutbox(browser)];
        for (const page of [one, two]) page.outbox.offline();
        await one.add(1, 'a');
        vi.advanceTimersByTime(10);
        await two.add(1, 'b');
        vi.advanceTimersByTime(10);
        await one.add(1, 'c');
        expect(two.outbox.in(1).map(({ body }) => body)).toEqual(['a', 'b', 'c']);
        two.outbox.online();
        one.outbox.online();
        await settled();
        for (let index = 0; index < 3; index += 1) await two.accept(index, aMessage(index + 1));
        expect([bodies(two.tries), bodies(one.tries)]).toEqual([['a', 'b', 'c'], []]);
    });

    it('show what the other one writes until its message comes', async () => {
        const browser = aBrowser();
        const [one, two] = [await anOutbox(browser), await anOutbox(browser)];
        two.outbox.offline();
        await one.add(1, 'a');
        await one.accept(0, aMessage(1));
        expect(states(two.outbox)).toEqual(['sent']);
        two.outbox.confirm(one.tries[0]?.entry.nonce ?? '', aMessage(1));
        two.outbox.online();
        await settled();
        expect([states(two.outbox), two.tries.length]).toEqual([[], 0]);
    });

    it('give up together', async () => {
        const browser = aBrowser();
        const [one, two] = [await anOutbox(browser), await anOutbox(browser)];
        await one.add(1, 'a');
        await one.refuse(0, 'forbidden');
        expect(states(two.outbox)).toEqual(['failed']);
        two.outbox.remove(two.outbox.in(1)[0]?.nonce ?? '');
        await settled();
        expect(states(one.outbox)).toEqual([]);
    });
});
