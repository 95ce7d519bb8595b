import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Announcer, GATHER_MS } from './announcer.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('speaks a lone message at once, and gathers those that follow', () => {
    const announcer = new Announcer();
    announcer.message('Ana', 'hello');
    vi.advanceTimersByTime(0);
    expect(announcer.polite).toBe('Ana: hello');
    for (const body of ['a', 'b', 'c', 'd']) announcer.message('Bo', body);
    vi.advanceTimersByTime(GATHER_MS - 1);
    expect(announcer.polite).toBe('Ana: hello');
    vi.advanceTimersByTime(1);
    expect(announcer.polite).toBe('4 new messages');
});

it('says the same thing twice in a way that is heard twice', () => {
    const announcer = new Announcer();
    announcer.say('Connected');
    const first = announcer.polite;
    announcer.say('Connected');
    expect(announcer.polite).not.toBe(first);
    expect(announcer.polite.trim()).toBe(first);
});
