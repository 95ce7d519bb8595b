import { describe, expect, it } from 'vitest';
import { atBest } from '$lib/testing/at-best';
import { best, fitOf } from './search';

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
        expect(fitOf(query)(name)).toBe(rank);
    });

    it('that fits best comes first, the rest in the order given', () => {
        expect(best(['redesign', 'the design', 'design b', 'design a', 'other'], 'des', (name) => [name], 3)).toEqual(['design b', 'design a', 'the design']);
    });

    it('among thousands is found well within a key press', () => {
        const names = Array.from({ length: 6000 }, (_, index) => `Pérson number ${index}`);
        for (const query of ['n', 'nu', 'num', 'numb', 'numb 59', 'numb 590'])
            expect(atBest(() => best(names, query, (name) => [name], 20), 20)).toBeLessThan(50);
    });
});
