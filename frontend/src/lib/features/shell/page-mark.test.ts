import { expect, it } from 'vitest';
import { iconOf, markOf } from './page-mark';

it.each([
    ['all', 2, 7, { title: 7, badge: 2 }, '/favicon-called.svg'],
    ['all', 0, 7, { title: 7, badge: 0 }, '/favicon-unread.svg'],
    ['mentions', 2, 7, { title: 2, badge: 2 }, '/favicon-called.svg'],
    ['mentions', 0, 7, { title: 0, badge: 0 }, '/favicon.svg'],
    ['none', 2, 7, { title: 0, badge: 0 }, '/favicon.svg'],
] as const)('who wants to see %s of %i for him and %i unread', (wanted, badge, unread, counted, icon) => {
    expect(markOf(wanted, badge, unread)).toEqual(counted);
    expect(iconOf(counted.badge, counted.title)).toBe(icon);
});
