import { expect, it } from 'vitest';
import { sends, type Enter } from './enter';

const enter = (more: Partial<Enter> = {}): Enter => ({
    key: 'Enter',
    shiftKey: false,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    isComposing: false,
    keyCode: 13,
    ...more,
});
const desk = { touch: false, enterSends: true };

it.each([
    ['Enter sends', enter(), desk, true],
    ['Shift+Enter is a new line', enter({ shiftKey: true }), desk, false],
    ['Enter that ends a word of an input method does not', enter({ isComposing: true }), desk, false],
    ['nor where only the key code tells of it', enter({ keyCode: 229 }), desk, false],
    ['fingers make a new line', enter(), { touch: true, enterSends: true }, false],
    ['Ctrl+Enter always sends', enter({ ctrlKey: true }), { touch: true, enterSends: false }, true],
    ['Enter is a new line for who wants it so', enter(), { touch: false, enterSends: false }, false],
    ['another key does nothing', enter({ key: 'a' }), desk, false],
])('%s', (_, event, options, expected) => {
    expect(sends(event, options)).toBe(expected);
});
