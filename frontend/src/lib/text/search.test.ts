import { describe, expect, it } from 'vitest';
import { best, fit } from './search';

describe('a name', () => {
    it.each([
        ['Design', 'des', 0],
        ['Über uns', 'uber', 0],
        ['The design', 'des', 1],
        ['The-design', 'des', 1],
        ['Redesign', 'des', 2],
        ['Design of rooms', 'rooms des', 1],
        ['Design', 'x', -1],
        ['Design', '', 0],
    ])('%s fits %j by %i', (name, query, rank) => {
        expect(fit(name, query)).toBe(rank);
    });

    it('that fits best comes first, the rest in the order given', () => {
        expect(best(['redesign', 'the design', 'design b', 'design a', 'other'], 'des', (name) => [name], 3)).toEqual(['design b', 'design a', 'the design']);
    });

    it('among thousands is found well within a key press', () => {
        const names = Array.from({ length: 6000 }, (_, index) => `Pérson number ${index}`);
        best(names, 'p', (name) => [name], 20);
        const start = performance.now();
        for (const query of ['n', 'nu', 'num', 'numb 59']) best(names, query, (name) => [name], 20);
        expect((performance.now() - start) / 4).toBeLessThan(50);
    });
});
