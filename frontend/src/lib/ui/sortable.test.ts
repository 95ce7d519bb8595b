import { describe, expect, it } from 'vitest';
import { placeAt } from './sortable';

describe('where a lifted item goes', () => {
    const middles = [10, 30, 50, 70];
    it.each([
        [0, 5, 0],
        [0, 29, 0],
        [0, 31, 1],
        [0, 90, 3],
        [3, 5, 0],
        [3, 31, 2],
        [2, 51, 2],
        [1, 65, 2],
    ])('from %d, dropped at %d: %d', (from, y, to) => {
        expect(placeAt(middles, from, y)).toBe(to);
    });
});
