import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BODY_CHARS_MAX, Composer } from './composer.svelte';
import { Drafts } from './drafts.svelte';
import { memoryDatabase } from './database';
import { Outbox } from './outbox.svelte';
import { memoryStore } from './storage';
import { oneTab } from './tabs';
import { Tray } from './tray.svelte';

const aTray = () => new Tray({ upload: async (file) => ({ id: 7, name: file.name, type: 'text/plain', size: 1, url: '/files/7/x' }), bytesMax: () => 100, countMax: () => 10 });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function aComposer(store = memoryStore()) {
    const typing: [number, boolean][] = [];
    const outbox = new Outbox({ store, database: memoryDatabase(), tabs: oneTab(), send: () => new Promise(() => {}) });
    const drafts = new Drafts({ store, socket: { send: () => new Promise(() => {}) } });
    drafts.openFor(1);
    const composer = new Composer({
        drafts,
        outbox,
        typing: (room, on) => typing.push([room, on]),
        bodyBytesMax: () => 16_384,
        tray: () => aTray(),
    });
    composer.open(1);
    return { composer, outbox, drafts, typing, store };
}

describe('sending', () => {
    it('hands the trimmed text to the outbox and starts afresh', () => {
        const { composer, outbox } = aComposer();
        composer.input('  hello\nthere ');
        expect(composer.send()).toBe(true);
        expect([outbox.in(1)[0]?.body, composer.text]).toEqual(['hello\nthere', '']);
    });

    it.each(['', '   \n', 'x'.repeat(BODY_CHARS_MAX + 1), '字'.repeat(5500)])('does not send what the room cannot take', (text) => {
        const { composer, outbox } = aComposer();
        composer.input(text);
        expect([composer.send(), outbox.in(1).length, composer.text]).toEqual([false, 0, text]);
    });

    it('counts what is left once it is little', () => {
        const { composer } = aComposer();
        composer.input('x'.repeat(7400));
        expect(composer.left).toBeUndefined();
        composer.input('😀'.repeat(100) + 'x'.repeat(7500));
        expect(composer.left).toBe(400);
    });
});

describe('files', () => {
    it('go with the text, or alone, and only when they are there', async () => {
        const { composer, outbox } = aComposer();
        composer.tray.add([new File(['x'], 'a.txt')]);
        expect(composer.ready).toBe(false);
        await vi.advanceTimersByTimeAsync(0);
        expect(composer.ready).toBe(true);
        expect(composer.send()).toBe(true);
        const [entry] = outbox.in(1);
        expect([entry?.body, entry?.attachments?.map(({ name }) => name), composer.tray.items]).toEqual(['', ['a.txt'], []]);
        composer.takeBack('', entry?.attachments);
        expect([composer.tray.items.length, composer.ready]).toEqual([1, true]);
    });

    it('stay with their room', () => {
        const { composer } = aComposer();
        composer.tray.add([new File(['x'], 'a.txt')]);
        composer.open(2);
        expect(composer.tray.items).toEqual([]);
        composer.open(1);
        expect(composer.tray.items.map(({ name }) => name)).toEqual(['a.txt']);
    });
});

describe('drafts', () => {
    it('stay with their room', () => {
        const { composer } = aComposer();
        composer.input('for one');
        composer.open(2);
        expect(composer.text).toBe('');
        composer.input('for two');
        composer.open(1);
        expect(composer.text).toBe('for one');
    });

    it('survive the page, and are gone once sent', () => {
        const { composer, store } = aComposer();
        composer.input('kept');
        vi.advanceTimersByTime(300);
        const later = aComposer(store);
        expect(later.composer.text).toBe('kept');
        later.composer.send();
        later.drafts.flush();
        expect(aComposer(store).composer.text).toBe('');
    });

    it('take a failed message back in front', () => {
        const { composer } = aComposer();
        composer.input('new');
        composer.takeBack('old');
        expect(composer.text).toBe('old\nnew');
    });
});

describe('typing', () => {
    it('is told at most each three seconds', () => {
        const { composer, typing } = aComposer();
        for (let key = 0; key < 8; key += 1) {
            composer.input('x'.repeat(key + 1));
            vi.advanceTimersByTime(1000);
        }
        expect(typing).toEqual([[1, true], [1, true], [1, true]]);
    });

    it('ends when the text is taken away or the room is left, not by sending', () => {
        const { composer, typing } = aComposer();
        composer.input('a');
        composer.input('');
        composer.input('b');
        composer.open(2);
        composer.input('c');
        composer.send();
        expect(typing).toEqual([[1, true], [1, false], [1, true], [1, false], [2, true]]);
    });
});
