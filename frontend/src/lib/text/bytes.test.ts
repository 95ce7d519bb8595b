import { expect, it } from 'vitest';
import { bytesText } from './bytes';

it.each([
    [0, '0 byte'],
    [999, '999 byte'],
    [1536, '1.5 kB'],
    [20_000, '20 kB'],
    [26_214_400, '25 MB'],
    [5_368_709_120, '5 GB'],
])('says %i bytes as people do', (bytes, text) => {
    expect(bytesText(bytes, 'en')).toBe(text);
});
