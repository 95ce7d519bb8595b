import { describe, expect, it } from 'vitest';
import { actionOf, KEYMAP, shownKeys } from './keymap';

const press = (key: string, more: KeyboardEventInit & { target?: HTMLElement } = {}) => {
    const event = new KeyboardEvent('keydown', { key, ...more });
    if (more.target) Object.defineProperty(event, 'target', { value: more.target });
    return event;
};

describe('the keymap', () => {
    it.each([
        [press('k', { ctrlKey: true }), 'palette'],
        [press('k', { metaKey: true }), 'palette'],
        [press('K', { ctrlKey: true, shiftKey: true }), undefined],
        [press('k'), undefined],
        [press('ArrowDown', { altKey: true }), 'next-room'],
        [press('ArrowDown', { altKey: true, shiftKey: true }), 'next-unread'],
        [press('å', { altKey: true, code: 'KeyA' }), 'next-unread'],
        [press('F6', { shiftKey: true }), 'previous-region'],
        [press('Escape'), 'escape'],
        [press('?', { shiftKey: true }), 'help'],
        [press('?', { shiftKey: true, target: document.createElement('textarea') }), undefined],
        [press('ArrowDown'), undefined],
    ])('reads %#', (event, action) => {
        expect(actionOf(event)).toBe(action);
    });

    it('gives no combination to two actions', () => {
        const all = KEYMAP.flatMap(({ bindings }) => bindings.filter(({ id }) => id).flatMap(({ keys }) => keys));
        expect(new Set(all).size).toBe(all.length);
    });

    it('names keys as the machine does', () => {
        expect(shownKeys('Mod+Shift+D', false)).toEqual(['Ctrl', 'Shift', 'D']);
        expect(shownKeys('Alt+ArrowUp', true)).toEqual(['⌥', '↑']);
    });
});

it('shows every key of the map, each once in its combination', () => {
    for (const { bindings } of KEYMAP)
        for (const keys of bindings.flatMap((binding) => binding.keys.map((keys) => shownKeys(keys)))) {
            expect(keys.every((key) => key.length > 0), keys.join()).toBe(true);
            expect(new Set(keys).size).toBe(keys.length);
        }
});
