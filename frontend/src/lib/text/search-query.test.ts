import { describe, expect, it } from 'vitest';
import { searchQueryOf } from './search-query';
import { piecesOf } from './snippet';

const now = new Date(2026, 10, 22, 12).getTime();
const day = (...at: [number, number, number]) => new Date(...at).getTime();

describe('what is searched for', () => {
    it.each([
        ['two words', { words: 'two words' }],
        ['tea from:@ana IN:#kitchen', { words: 'tea', from: 'ana', in: 'kitchen' }],
        ['in:"Release 0.1" notes', { words: 'notes', in: 'Release 0.1' }],
        ['a after:2026-11-01 before:2026-12', { words: 'a', since: day(2026, 10, 1), until: day(2026, 11, 1) }],
        ['a before:2026', { words: 'a', until: day(2026, 0, 1) }],
        ['a after:yesterday before:today', { words: 'a', since: day(2026, 10, 21), until: day(2026, 10, 22) }],
        ['has:file is:pinned plan', { words: 'plan', has_file: true, pinned: true }],
        ['"a phrase" from:bo', { words: '"a phrase"', from: 'bo' }],
    ])('%j', (typed, query) => {
        expect(searchQueryOf(typed, now)).toEqual(query);
    });

    it.each(['has:wings', 'is:late', 'before:2026-02-30', 'after:soon', 'http://example.org', 'xfrom:ana', 'from:', ''])('takes %j for words', (typed) => {
        expect(searchQueryOf(typed, now)).toEqual({ words: typed });
    });
});

it('cuts what was found at its marks, which count code points', () => {
    expect(piecesOf({ text: '😀 a word here', marks: [[4, 8]] } as never)).toEqual([
        { text: '😀 a ', found: false },
        { text: 'word', found: true },
        { text: ' here', found: false },
    ]);
    expect(piecesOf({ text: 'all', marks: [[0, 3]] } as never)).toEqual([{ text: 'all', found: true }]);
});
