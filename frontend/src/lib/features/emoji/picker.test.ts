import { expect, it } from 'vitest';
import { COLUMNS, moved, Picker } from './picker.svelte';

it('shows a group, or what is looked for', () => {
    const picker = new Picker(['👍']);
    expect(picker.shown[0]?.name).toBe('grinning face');
    picker.query = 'taco';
    expect(picker.shown.map(({ emoji }) => emoji)).toContain('🌮');
    picker.group = 4;
    expect([picker.query, picker.shown.length > 60]).toEqual(['', true]);
});

it('moves in the grid and stays in it', () => {
    const from = (key: string, at: number, rtl = false) => moved(key, at, 20, rtl);
    expect([from('ArrowRight', 0), from('ArrowLeft', 0), from('ArrowDown', 3), from('ArrowUp', 3), from('End', 3), from('Home', 9)]).toEqual([1, 0, 3 + COLUMNS, 3, 19, 0]);
    expect([from('ArrowRight', 5, true), from('ArrowLeft', 5, true)]).toEqual([4, 6]);
    expect(from('a', 1)).toBeUndefined();
});
