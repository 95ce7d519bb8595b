import { expect, it } from 'vitest';
import { backoffMs } from './backoff';

it('doubles up to a quarter of a minute, and spreads', () => {
    expect([1, 2, 3, 4, 5, 6, 20].map((attempt) => backoffMs(attempt, 0.5))).toEqual([500, 1000, 2000, 4000, 8000, 15000, 15000]);
    expect(backoffMs(3, 0)).toBe(1600);
    expect(backoffMs(3, 0.999)).toBeLessThanOrEqual(2400);
});
