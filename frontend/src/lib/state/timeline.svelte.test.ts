import { describe, expect, it } from 'vitest';
import type { MessageHistoryData } from '$lib/protocol/gen/protocol';
import { settled } from '$lib/testing/fake-wire';
import { aMessage, aRun } from '$lib/testing/make';
import { PAGE, Timeline, type FetchHistory } from './timeline.svelte';

/** A room of `length` messages, whose answers come when the test wants them. */
function aHistory(length: number) {
    const room = { length };
    const asked: Parameters<FetchHistory>[0][] = [];
    const answers: (() => void)[] = [];
    const page = ({ before, after, around, limit = PAGE }: Parameters<FetchHistory>[0]): MessageHistoryData => {
        let first = Math.max(1, room.length - limit + 1);
        if (before !== undefined) first = Math.max(1, before - limit);
        if (after !== undefined) first = after + 1;
        if (around !== undefined) first = Math.max(1, around - limit / 2);
        const last = Math.min(room.length, before !== undefined ? before - 1 : first + limit - 1);
        return { messages: aRun(first, last), has_before: first > 1, has_after: last < room.length };
    };
    const fetch: FetchHistory = (range) => {
        asked.push(range);
        return new Promise((resolve) => answers.push(() => resolve(page(range))));
    };
    const timeline = new Timeline(fetch);
    timeline.load(page({}));
    const answer = async () => {
        answers.shift()?.();
        await settled();
    };
    return { timeline, room, asked, answer, answers };
}
const range = (timeline: Timeline) => [timeline.messages[0]?.seq, timeline.messages.at(-1)?.seq];

describe('growing', () => {
    it('loads older messages once at a time', async () => {
        const { timeline, asked, answer } = aHistory(200);
        void timeline.loadOlder();
        void timeline.loadOlder();
        expect(asked).toEqual([{ before: 161, limit: PAGE }]);
        await answer();
        expect(range(timeline)).toEqual([121, 200]);
    });

    it('asks for nothing before the first message', async () => {
        const { timeline, asked } = aHistory(20);
        await timeline.loadOlder();
        await timeline.loadNewer();
        expect(asked).toEqual([]);
    });

    it('jumps back to the latest after the end was trimmed', async () => {
        const { timeline, answer } = aHistory(1000);
        for (let page = 0; page < 8; page += 1) {
            void timeline.loadOlder();
            await answer();
        }
        expect(timeline.hasAfter).toBe(true);
        expect(timeline.messages.length).toBe(300);
        const jumped = timeline.jumpToLatest();
        await answer();
        await jumped;
        expect([range(timeline), timeline.hasAfter, timeline.atEnd]).toEqual([[961, 1000], false, true]);
    });

    it('throws away what a replaced window had asked for', async () => {
        const { timeline, answers } = aHistory(1000);
        void timeline.loadOlder();
        void timeline.jumpTo(500);
        answers[1]?.();
        await settled();
        answers[0]?.();
        await settled();
        expect(range(timeline)).toEqual([480, 519]);
    });
});

describe('catching up', () => {
    it('fetches what a gap has left out, and everything that came meanwhile', async () => {
        const { timeline, room, asked, answer } = aHistory(100);
        room.length = 103;
        timeline.applyNew(aMessage(103));
        expect(asked).toEqual([{ after: 100, limit: PAGE }]);
        room.length = 104;
        timeline.applyNew(aMessage(104));
        await answer();
        expect(range(timeline)).toEqual([61, 104]);
    });

    it('goes on until the newest known message is there', async () => {
        const { timeline, room, answer } = aHistory(100);
        room.length = 220;
        timeline.applyNew(aMessage(220));
        for (let page = 0; page < 4; page += 1) await answer();
        expect(range(timeline)).toEqual([61, 220]);
    });

    it('starts over at the end when more was missed than the window holds', async () => {
        const { timeline, room, asked, answer } = aHistory(100);
        room.length = 900;
        timeline.applyNew(aMessage(900));
        await answer();
        expect(asked).toEqual([{ limit: PAGE }]);
        expect(range(timeline)).toEqual([861, 900]);
    });

    it('does not carry along who reads further up', async () => {
        const { timeline, room, asked, answer } = aHistory(100);
        timeline.atEnd = false;
        room.length = 220;
        timeline.applyNew(aMessage(220));
        await answer();
        expect([asked.length, timeline.hasAfter]).toEqual([1, true]);
    });

    it('refreshes the end for who is there, and the middle for who reads there', async () => {
        const { timeline, asked, answer } = aHistory(1000);
        void timeline.refresh();
        await answer();
        timeline.atEnd = false;
        timeline.seenSeq = 970;
        void timeline.refresh();
        await answer();
        expect(asked).toEqual([{ limit: PAGE }, { around: 970, limit: 200 }]);
        expect(range(timeline)).toEqual([870, 1000]);
    });

    it('fetches nothing for a message that comes while it is still loading', () => {
        const asked: unknown[] = [];
        const timeline = new Timeline((range) => (asked.push(range), new Promise(() => {})));
        timeline.applyNew(aMessage(7));
        expect([asked.length, timeline.messages.length]).toEqual([0, 0]);
    });

    it('fills what came between the page and its arrival', async () => {
        const asked: unknown[] = [];
        const timeline = new Timeline((range) => {
            asked.push(range);
            return Promise.resolve({ messages: aRun(3, 4), has_before: true, has_after: false });
        });
        timeline.applyNew(aMessage(4));
        timeline.load({ messages: aRun(1, 2), has_before: false, has_after: false });
        await settled();
        expect(asked).toEqual([{ after: 2, limit: PAGE }]);
        expect(range(timeline)).toEqual([1, 4]);
    });
});
