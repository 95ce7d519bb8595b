import { afterEach, expect, it } from 'vitest';
import { roving } from './roving';

let end: (() => void) | undefined;
afterEach(() => {
    end?.();
    document.body.replaceChildren();
});

function aList(count: number, start: 'first' | 'last') {
    const list = document.createElement('div');
    document.body.append(list);
    const add = () => {
        const item = document.createElement('article');
        item.tabIndex = -1;
        item.dataset['roving'] = '';
        list.append(item);
        return item;
    };
    const items = Array.from({ length: count }, add);
    end = roving({ start })(list) as () => void;
    const press = (key: string) => document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    const stops = () => [...list.children].flatMap((item, index) => ((item as HTMLElement).tabIndex === 0 ? [index] : []));
    return { list, items, add, press, stops, focused: () => [...list.children].indexOf(document.activeElement as Element) };
}
const observed = () => new Promise((resolve) => setTimeout(resolve));

it('is one stop for Tab', () => {
    expect(aList(3, 'last').stops()).toEqual([2]);
});

it('moves by arrows, Home and End, and stays within', () => {
    const { items, press, focused, stops } = aList(3, 'first');
    items[0]?.focus();
    const visited = ['ArrowDown', 'ArrowDown', 'ArrowDown', 'Home', 'ArrowUp', 'End'].map((key) => (press(key), focused()));
    expect(visited).toEqual([1, 2, 2, 0, 0, 2]);
    expect(stops()).toEqual([2]);
});

it('follows new items while the focus is elsewhere, and stays with the focus otherwise', async () => {
    const { items, add, stops } = aList(2, 'last');
    add();
    await observed();
    expect(stops()).toEqual([2]);
    items[0]?.focus();
    add();
    await observed();
    expect(stops()).toEqual([0]);
});

it('finds another stop when its item goes', async () => {
    const { items, stops } = aList(3, 'last');
    items[2]?.remove();
    await observed();
    expect(stops()).toEqual([1]);
});

it('leaves arrow keys alone in what an item holds', () => {
    const { items, press, focused } = aList(2, 'first');
    const button = document.createElement('button');
    items[0]?.append(button);
    button.focus();
    press('ArrowDown');
    expect([focused(), document.activeElement]).toEqual([-1, button]);
});

it('leaves a list within an item to itself', () => {
    const { items, press, focused } = aList(2, 'first');
    const menu = document.createElement('div');
    const inner = document.createElement('button');
    inner.dataset['roving'] = '';
    menu.append(inner);
    items[0]?.append(menu);
    const endInner = roving({ start: 'first' })(menu) as () => void;
    inner.focus();
    press('ArrowDown');
    expect(document.activeElement).toBe(inner);
    items[0]?.focus();
    press('ArrowDown');
    expect(focused()).toBe(1);
    endInner();
});
