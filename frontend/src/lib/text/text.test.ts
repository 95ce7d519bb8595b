import { describe, expect, it } from 'vitest';
import { atBest } from '$lib/testing/at-best';
import { isEmojiOnly } from './emoji';
import { HUE_COLORS, hueOf, hueOfColor, HUES } from './hue';
import { initialsOf } from './initials';
import { linkify } from './linkify';
import { makeNonce } from './nonce';
import { pluralOf } from './plural';
import { agoOf, dayLabel } from './time';
import { typingText } from './typing';

const links = (text: string) => linkify(text).flatMap((segment) => (segment.kind === 'link' ? [segment.href] : []));

describe('linkify', () => {
    it.each([
        ['see https://example.org/a?b=c#d now', ['https://example.org/a?b=c#d']],
        ['(https://en.wikipedia.org/wiki/Rope_(data_structure))', ['https://en.wikipedia.org/wiki/Rope_(data_structure)']],
        ['Is it https://example.org/?', ['https://example.org/']],
        ['http://a.org, http://b.org.', ['http://a.org/', 'http://b.org/']],
        ['www.example.org', ['https://www.example.org/']],
        ['mailto:ana@example.org', ['mailto:ana@example.org']],
        ['http://localhost:8080/r/general', ['http://localhost:8080/r/general']],
        ['„http://example.org“', ['http://example.org/']],
    ])('finds the links in %j', (text, expected) => {
        expect(links(text)).toEqual(expected);
    });

    it.each([
        'javascript:alert(1)',
        'data:text/html,x',
        'vbscript:x',
        'file:///etc/passwd',
        'http://',
        'https://',
        'mailto:nobody',
        'xhttp://example.org',
        'plain text',
        'JaVaScRiPt://https:alert(1)',
    ])('makes no unsafe link of %j', (text) => {
        expect(links(text)).toEqual([]);
    });

    it('loses no character of the text', () => {
        const text = 'a https://x.org/(b), c\nwww.y.org! <https://z.org>';
        expect(linkify(text).map((segment) => segment.text).join('')).toBe(text);
    });

    it.each([')', ').', '!', '[', '*', 'www.', 'http://', 'https://a](', "x'", '}{', '(', 'mailto:'])('threat 36: takes a message full of %j in its stride', (part) => {
        const texts = [`https://a${part.repeat(16_384 / part.length)}`, `https://${part.repeat(16_384 / part.length)}x`];
        expect(atBest(() => texts.map(linkify))).toBeLessThan(100);
    });

    it.each([
        ['(see http://a.org/b))', 'http://a.org/b'],
        ['http://a.org/(b).', 'http://a.org/(b)'],
        ['http://a.org/[(b])', 'http://a.org/[(b])'],
        ['http://a.org/b).).', 'http://a.org/b'],
        ['http://a.org/b...', 'http://a.org/b'],
        ['http://a.org/}{', 'http://a.org/}{'],
    ])('cuts %j where its sentence goes on', (text, expected) => {
        expect(linkify(text).flatMap((segment) => (segment.kind === 'link' ? [segment.text] : []))).toEqual([expected]);
    });
});

describe('times', () => {
    const now = new Date(2025, 10, 22, 9, 0).getTime();
    it.each([
        [new Date(2025, 10, 22, 0, 1), 'Today'],
        [new Date(2025, 10, 21, 23, 59), 'Yesterday'],
        [new Date(2025, 10, 17, 12), 'Monday'],
        [new Date(2025, 2, 12), 'March 12'],
        [new Date(2024, 2, 12), 'March 12, 2024'],
        [new Date(2025, 10, 22, 9, 5), 'Today'],
    ])('%s is %s', (at, label) => {
        expect(dayLabel(at.getTime(), now)).toBe(label);
    });

    it('says how long ago something was', () => {
        expect(agoOf(now - 5 * 60_000, now)).toBe('5 minutes ago');
        expect(agoOf(now - 26 * 3_600_000, now)).toBe('yesterday');
        expect(agoOf(now + 5_000, now)).toBe('this minute');
    });
});

describe('names', () => {
    it.each([
        ['Ana', 'A'],
        ['ana.maria', 'AM'],
        ['Deep water', 'DW'],
        ['👩‍🚀 crew', '👩‍🚀C'],
        ['', ''],
    ])('%j is shortened to %j', (name, initials) => {
        expect(initialsOf(name)).toBe(initials);
    });

    it('gives every id one of the eight hues, and neighbours different ones', () => {
        const hues = Array.from({ length: 64 }, (_, id) => hueOf(id + 1));
        expect(new Set(hues).size).toBe(HUES);
        expect(hues.every((hue) => hue >= 0 && hue < HUES)).toBe(true);
        expect(hues.filter((hue, index) => hue === hues[index + 1]).length).toBe(0);
    });
});

it.each([
    ['👍', true],
    ['🎉🎉 ❤️', true],
    ['👩‍👩‍👧‍👦🇪🇺', true],
    ['👍👍👍👍', false],
    ['ok 👍', false],
    ['123', false],
    ['', false],
])('emoji only: %j is %s', (text, expected) => {
    expect(isEmojiOnly(text)).toBe(expected);
});

it('makes nonces that the protocol takes, each a new one', () => {
    const nonces = Array.from({ length: 100 }, makeNonce);
    expect(new Set(nonces).size).toBe(100);
    expect(nonces.every((nonce) => /^[A-Za-z0-9_-]{8,64}$/.test(nonce))).toBe(true);
});

it('chooses the plural form by the rules of the language', () => {
    const plural = pluralOf('en');
    expect(plural(1, { one: '# room', other: '# rooms' })).toBe('1 room');
    expect(plural(1200, { one: '# room', other: '# rooms' })).toBe('1,200 rooms');
});

it('says who is typing', () => {
    expect(typingText([])).toBe('');
    expect(typingText(['Ana'])).toBe('Ana is typing');
    expect(typingText(['Ana', 'Bo'])).toBe('Ana and Bo are typing');
    expect(typingText(['Ana', 'Bo', 'Cem'])).toBe('Several people are typing');
});

describe('a chosen colour', () => {
    it('that is one of the hues is that hue', () => {
        expect(HUE_COLORS.map((color) => hueOfColor(color))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    });

    it.each([
        ['#ff0000', 0],
        ['#00ff00', 3],
        ['#0000ff', 5],
        ['#808080', undefined],
        ['#fff', undefined],
    ])('%s is shown as hue %s', (color, hue) => {
        expect(hueOfColor(color)).toBe(hue);
        expect(hueOf(7, color)).toBe(hue ?? hueOf(7));
    });
});
