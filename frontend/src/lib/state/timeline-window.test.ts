import { describe, expect, it } from 'vitest';
import { aMessage, aRun } from '$lib/testing/make';
import { EMPTY, TRIM_STEP, WINDOW_MAX, windowOf, withChanged, withNew, withNewer, withOlder, type Window } from './timeline-window';

const windowFrom = (first: number, last: number, more: Partial<Window> = {}): Window => ({
    messages: aRun(first, last),
    hasBefore: first > 1,
    hasAfter: false,
    ...more,
});
const range = (window: Window) => [window.messages[0]?.seq, window.messages.at(-1)?.seq];
const whole = (window: Window) => window.messages.every((message, index) => message.seq === (window.messages[0]?.seq ?? 0) + index);

describe('a new message', () => {
    it('is appended when it is the next one', () => {
        const { window, gap } = withNew(windowFrom(1, 3), aMessage(4), 'end');
        expect([range(window), gap]).toEqual([[1, 4], false]);
    });

    it('is the first one of an empty room', () => {
        expect(range(withNew(EMPTY, aMessage(1), 'end').window)).toEqual([1, 1]);
    });

    it('that is here already changes nothing but its text', () => {
        const again = aMessage(2, { body: 'same id' });
        const { window, gap } = withNew(windowFrom(1, 3), again, 'end');
        expect([window.messages.length, window.messages[1]?.body, gap]).toEqual([3, 'same id', false]);
    });

    it('beyond the next one shows a gap and is not appended', () => {
        const { window, gap } = withNew(windowFrom(1, 3), aMessage(6), 'end');
        expect([range(window), gap]).toEqual([[1, 3], true]);
    });

    it('is left to be fetched when the window does not reach the end', () => {
        const old = windowFrom(1, 3, { hasAfter: true });
        expect(withNew(old, aMessage(90), 'older')).toEqual({ window: old, gap: false });
    });

    it('pushes a block of the oldest out of a full window for who is at the end', () => {
        const { window } = withNew(windowFrom(1, WINDOW_MAX), aMessage(WINDOW_MAX + 1), 'end');
        expect([range(window), window.hasBefore]).toEqual([[1 + TRIM_STEP, WINDOW_MAX + 1], true]);
    });

    it('waits outside a full window for who reads further up', () => {
        const { window } = withNew(windowFrom(1, WINDOW_MAX), aMessage(WINDOW_MAX + 1), 'older');
        expect([range(window), window.hasAfter]).toEqual([[1, WINDOW_MAX], true]);
    });
});

describe('a page', () => {
    it('of older messages goes before, and trims the end', () => {
        const window = withOlder(windowFrom(51, 50 + WINDOW_MAX), { messages: aRun(1, 50), has_before: false, has_after: true });
        expect([range(window), window.hasBefore, window.hasAfter, whole(window)]).toEqual([[1, WINDOW_MAX], false, true, true]);
    });

    it('of newer messages goes after, and trims the front', () => {
        const window = withNewer(windowFrom(1, WINDOW_MAX, { hasAfter: true }), {
            messages: aRun(WINDOW_MAX + 1, WINDOW_MAX + 50),
            has_before: true,
            has_after: false,
        });
        expect([range(window), window.hasBefore, window.hasAfter, whole(window)]).toEqual([[61, WINDOW_MAX + 50], true, false, true]);
    });

    it('that overlaps leaves no double', () => {
        const window = withOlder(windowFrom(40, 60), { messages: aRun(30, 45), has_before: true, has_after: true });
        expect([range(window), whole(window)]).toEqual([[30, 60], true]);
    });

    it('larger than the window keeps its newest', () => {
        expect(range(windowOf({ messages: aRun(1, 400), has_before: false, has_after: false }))).toEqual([101, 400]);
    });
});

it('a changed message that is not here changes nothing', () => {
    const window = windowFrom(1, 3);
    expect(withChanged(window, aMessage(9))).toBe(window);
});
