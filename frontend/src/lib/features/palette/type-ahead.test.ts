import { describe, expect, it } from 'vitest';
import { typeAhead } from './type-ahead';

function begun(wanted = () => true) {
    let closed = 0;
    const take = typeAhead(window, wanted, () => (closed += 1));
    const type = (...keys: string[]) => keys.map((key) => press({ key }));
    return { take, type, closed: () => closed };
}
/** True when the key went on to the page. */
function press(init: KeyboardEventInit): boolean {
    return document.body.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init }));
}

describe('what is typed before the palette is there', () => {
    it('is kept from the page, and taken once', () => {
        const { take, type } = begun();
        expect(type('d', 'e', 'x', 'Backspace', '#', 'Enter')).toEqual([false, false, false, false, false, false]);
        expect(take()).toBe('de#');
        expect(type('y')).toEqual([true]);
    });

    it('leaves shortcuts and Tab alone', () => {
        const { take } = begun();
        expect([press({ key: 'k', ctrlKey: true }), press({ key: 'Tab' }), take()]).toEqual([true, true, '']);
    });

    it('ends with Esc, and when something else is open', () => {
        let open = true;
        const { take, type, closed } = begun(() => open);
        type('a', 'Escape');
        expect(closed()).toBe(1);
        open = false;
        expect([type('b'), take()]).toEqual([[true], 'a']);
    });
});
