import { describe, expect, it } from 'vitest';
import { completed, triggerAt } from './completion';

const at = (marked: string) => triggerAt(marked.replace('|', ''), marked.indexOf('|'));

describe('what is begun', () => {
    it.each([
        ['@|', 'person', 0, ''],
        ['hi @an|', 'person', 3, 'an'],
        ['(@Ünal.x|', 'person', 1, 'Ünal.x'],
        ['see #te| and', 'room', 4, 'te'],
        ['nice :ta|', 'emoji', 5, 'ta'],
        [':+1|', 'emoji', 0, '+1'],
        ['/sta|', 'command', 0, 'sta'],
        ['/|', 'command', 0, ''],
    ])('%j is the beginning of a %s', (marked, kind, from, query) => {
        expect(at(marked)).toEqual({ kind, from, query });
    });

    it.each(['ana@ex|', '@ana |', '@|ana'.replace('@|', 'x@|'), ':t|', '12:30|', 'a:tada|', '::ta|', 'go /sta|', '\n/sta|', '##a|', 'https://x.org/#a|', '```\n@an|', 'x|'])(
        'nothing is begun in %j',
        (marked) => {
            expect(at(marked)).toBeUndefined();
        },
    );

    it('is found again behind code', () => {
        expect(at('```\ncode\n```\n@an|')?.query).toBe('an');
    });
});

it('puts the whole word in its place, and the caret behind it', () => {
    expect(completed('hi @an', { kind: 'person', from: 3, query: 'an' }, 6, '@ana')).toEqual({ text: 'hi @ana ', caret: 8 });
    expect(completed('hi @an there', { kind: 'person', from: 3, query: 'an' }, 6, '@ana')).toEqual({ text: 'hi @ana there', caret: 8 });
});
