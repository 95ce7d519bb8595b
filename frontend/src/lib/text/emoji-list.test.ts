import { expect, it } from 'vitest';
import { emojis, emojisOf, findEmoji } from './emoji-list';

it('finds by name, by shortcode and by what people call it', () => {
    expect(findEmoji('thumbsup', 3)[0]?.emoji).toBe('👍');
    expect(findEmoji('taco', 3).map(({ emoji }) => emoji)).toContain('🌮');
    expect(findEmoji('cheer', 20).length).toBeGreaterThan(1);
    expect(findEmoji('no such thing', 5)).toEqual([]);
});

it('has them in groups, each once', () => {
    const groups = [...new Set(emojis.map(({ group }) => group))].sort((a, b) => a - b);
    expect(groups).toEqual([0, 1, 3, 4, 5, 6, 7, 8, 9]);
    expect(new Set(emojis.map(({ emoji }) => emoji)).size).toBe(emojis.length);
    expect(emojisOf(4).some(({ name }) => name === 'taco')).toBe(true);
});
