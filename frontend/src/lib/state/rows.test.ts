import { describe, expect, it } from 'vitest';
import type { Message } from '$lib/protocol/gen/protocol';
import { aMessage } from '$lib/testing/make';
import type { Entry } from './outbox.svelte';
import { buildRows, GROUP_GAP_MS, GROUP_ROWS_MAX, type Row } from './rows';
import { PAGE } from './timeline.svelte';
import { TRIM_STEP } from './timeline-window';

const noon = new Date(2025, 10, 22, 12, 0).getTime();
const me = { id: 1, name: 'ana', display_name: 'Ana', kind: 'guest' as const };
const bo = { id: 2, name: 'bo', display_name: 'Bo', kind: 'guest' as const };
const at = (seq: number, created_at: number, author = me): Message => aMessage(seq, { created_at, author });
const entry = (more: Partial<Entry> = {}): Entry => ({ nonce: 'nonce-1', room: 1, body: 'hi', at: noon, state: 'waiting', ...more });

function build(messages: Message[], more: Partial<Parameters<typeof buildRows>[0]> = {}, previous?: Row[]): Row[] {
    return buildRows({ messages, entries: [], author: me, nonceOf: () => undefined, ...more }, previous);
}
const shape = (rows: Row[]) => rows.map((row) => (row.kind === 'message' ? (row.grouped ? '+' : 'm') : row.kind)).join(' ');

describe('grouping', () => {
    it.each([
        ['same author, soon after', [at(1, noon), at(2, noon + GROUP_GAP_MS)], 'day m +'],
        ['same author, later', [at(1, noon), at(2, noon + GROUP_GAP_MS + 1)], 'day m m'],
        ['another author', [at(1, noon), at(2, noon + 1, bo), at(3, noon + 2)], 'day m m m'],
        ['another day', [at(1, noon), at(2, noon + 86_400_000)], 'day m day m'],
        ['midnight between', [at(1, noon + 43_199_000), at(2, noon + 43_201_000)], 'day m day m'],
    ])('%s', (_, messages, expected) => {
        expect(shape(build(messages))).toBe(expected);
    });

    it('ends a block after so many rows', () => {
        const rows = build(Array.from({ length: GROUP_ROWS_MAX + 1 }, (_, index) => at(index + 1, noon + index)));
        expect(shape(rows)).toBe(`day m${' +'.repeat(GROUP_ROWS_MAX - 1)} m`);
    });

    it('ends a block with the half hour', () => {
        const rows = build(Array.from({ length: 9 }, (_, index) => at(index + 1, noon + index * 4 * 60_000)));
        expect(shape(rows)).toBe('day m + + + + + + + m');
    });

    it('moves no block of a long run when a page is added or trimmed in front', () => {
        const run = Array.from({ length: 200 }, (_, index) => at(index + 1, noon + index * 1000));
        const heads = (rows: Row[]) => rows.flatMap((row) => (row.kind === 'message' && !row.grouped ? [row.message.seq] : []));
        const whole = heads(build(run));
        expect(heads(build(run.slice(PAGE)))).toEqual(whole.filter((seq) => seq > PAGE));
        expect(heads(build(run.slice(TRIM_STEP)))).toEqual(whole.filter((seq) => seq > TRIM_STEP));
    });

    it('lets the new-messages line end a block', () => {
        expect(shape(build([at(1, noon), at(2, noon), at(3, noon)], { dividerSeq: 2 }))).toBe('day m new m +');
    });
});

describe('unsent messages', () => {
    it('stand at the end in their state', () => {
        const rows = build([at(1, noon)], { entries: [entry(), entry({ nonce: 'nonce-2', state: 'failed' })] });
        expect(rows.flatMap((row) => (row.kind === 'message' ? [row.state] : []))).toEqual(['sent', 'sending', 'failed']);
    });

    it('keep their key when they become messages', () => {
        const before = build([], { entries: [entry()] });
        const after = build([at(1, noon)], { nonceOf: (id) => (id === 1001 ? 'nonce-1' : undefined) });
        expect(before.at(-1)?.key).toBe('nonce-1');
        expect(after.at(-1)?.key).toBe('nonce-1');
    });

    it('do not stand beside the message that they became', () => {
        const message = at(1, noon);
        expect(shape(build([message], { entries: [entry({ state: 'sent', message })] }))).toBe('day m');
    });
});

it('hands back unchanged rows as the same objects', () => {
    const messages = [at(1, noon), at(2, noon), at(3, noon, bo)];
    const first = build(messages);
    const edited = { ...(messages[1] as Message), body: 'edited' };
    const second = build([messages[0] as Message, edited, messages[2] as Message], {}, first);
    expect(second.map((row, index) => row === first[index])).toEqual([true, true, false, true]);
});
