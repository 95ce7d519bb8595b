import { expect, it } from 'vitest';
import { coloured } from './coloured';
import { highlight } from './highlight';

it('says what the words of code are', () => {
    const parts = highlight('const a = "<b>"; // why', 'js') ?? [];
    const of = (role: string) => parts.filter((part) => part.role === role).map((part) => part.text.trim());
    expect([of('word'), of('text'), of('remark')]).toEqual([['const'], ['"<b>"'], ['// why']]);
});

it.each(['js', 'python', 'sql', 'xml', 'yaml', 'diff', 'c', 'sh'])('loses no character of %s', (language) => {
    const code = '<a b="c">\n\tif (x) { return "y\\n"; } # z\n--- q\n+1</a>';
    expect(highlight(code, language)?.map((part) => part.text).join('')).toBe(code);
});

it('leaves alone what it does not know, and what is too long', async () => {
    expect(await coloured('a b', 'klingon')).toEqual([{ text: 'a b' }]);
    expect(await coloured('a b', '')).toEqual([{ text: 'a b' }]);
    expect(await coloured('x '.repeat(10_000), 'js')).toHaveLength(1);
});
