import { expect, it } from 'vitest';
import { kindOf, placeOf } from './kind';

const file = (type: string, width?: number) => ({ id: 1, name: 'x', type, size: 1, url: '/files/1/x', width, height: width });

it.each([
    ['image/png', 3, 'picture'],
    ['image/png', undefined, 'file'],
    ['image/svg+xml', 3, 'file'],
    ['image/heic', 3, 'file'],
    ['video/mp4', undefined, 'film'],
    ['audio/ogg', undefined, 'sound'],
    ['text/plain', undefined, 'file'],
])('shows %s', (type, width, kind) => {
    expect(kindOf(file(type, width))).toBe(kind);
});

it.each([
    [{ width: 4000, height: 3000 }, { width: 400, height: 300 }],
    [{ width: 300, height: 3000 }, { width: 30, height: 300 }],
    [{ width: 16, height: 16 }, { width: 16, height: 16 }],
    [{ width: 10_000, height: 2 }, { width: 400, height: 1 }],
])('gives a picture its place', (size, place) => {
    expect(placeOf(size, { width: 400, height: 300 })).toEqual(place);
});
