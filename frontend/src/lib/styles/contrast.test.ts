/* Recomputes the contrast of every pair of colours that carries text or information, from the token file
 * itself, in both themes. 4.5 is what text needs, 3 what informs by shape. */
import { describe, expect, it } from 'vitest';
import { contrast, linearOf, type Rgb } from './colour';
import css from './tokens/colour.css?raw';

const themes = ['light', 'dark'] as const;

/** Follows a token through both levels to its colour in one theme. */
function colour(token: string, theme: (typeof themes)[number]): Rgb {
    const value = new RegExp(`--${token}:\\s*([^;]+);`).exec(css)?.[1]?.trim() ?? '';
    const named = /^var\(--([\w-]+)\)$/.exec(value)?.[1];
    if (named) return colour(named, theme);
    const pair = /^light-dark\((.+), ([^,]+)\)$/.exec(value);
    if (!pair) throw new Error(`--${token} is no pair of colours: ${value}`);
    return linearOf((theme === 'light' ? pair[1] : pair[2]) as string);
}

// token, ground, least contrast by day and by night
const table: [string, string, number, number][] = [
    ['text', 'bg', 16.9, 15.5],
    ['text', 'surface', 15.8, 14.4],
    ['text-2', 'bg', 7.3, 8.6],
    ['text-2', 'surface', 6.8, 8.0],
    ['text-3', 'bg', 5.1, 6.4],
    ['text-3', 'surface', 4.8, 6.0],
    ['control-border', 'bg', 3.8, 3.9],
    ['control-border', 'raised', 3.9, 3.2],
    ['accent', 'bg', 5.5, 8.9],
    ['on-accent', 'accent', 5.7, 9.1],
    ['on-accent', 'accent-hover', 7.3, 11.2],
    ['text', 'selected', 14.0, 11.6],
    ['text-2', 'selected', 6.0, 6.4],
    ['link', 'bg', 6.2, 9.4],
    ['link', 'mention-bg', 5.6, 6.7],
    ['text', 'mention-bg', 15.2, 11.1],
    ['mention-bar', 'bg', 3.3, 6.5],
    ['danger', 'bg', 5.9, 7.6],
    ['on-danger', 'danger', 6.1, 7.4],
    ['warn', 'bg', 5.5, 9.8],
    ['online', 'surface', 4.7, 8.4],
    ['away', 'surface', 3.7, 9.1],
    ['dnd', 'surface', 4.9, 6.0],
    ['text', 'code-bg', 15.2, 13.2],
    ...['word', 'text', 'number', 'name'].map((role): [string, string, number, number] => [`code-${role}`, 'code-bg', 5.4, 7.4]),
    ['text-2', 'code-bg', 6.6, 7.3],
    ...Array.from({ length: 8 }, (_, hue): [string, string, number, number] => [`hue-${hue}`, 'bg', 6.0, 8.7]),
];

describe.each(themes)('in the %s theme', (theme) => {
    it.each(table)('%s on %s is readable', (token, ground, light, dark) => {
        const found = contrast(colour(token, theme), colour(ground, theme));
        expect(found).toBeGreaterThanOrEqual((theme === 'light' ? light : dark) - 0.06);
    });
});

it('lets components name meanings only', () => {
    const [palette] = css.split('/* Meanings. */');
    const named = [...(palette as string).matchAll(/--([\w-]+):/g)].map((match) => match[1]);
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !name?.startsWith('hue-') && usedInComponents(name as string))).toEqual([]);
});

function usedInComponents(name: string): boolean {
    const sources = import.meta.glob('/src/**/*.svelte', { query: '?raw', import: 'default', eager: true });
    return Object.values(sources).some((source) => String(source).includes(`var(--${name})`));
}
