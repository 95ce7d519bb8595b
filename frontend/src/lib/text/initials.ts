const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** One or two letters that stand for a name. */
export function initialsOf(name: string): string {
    const words = name.trim().split(/[\s._-]+/u).filter(Boolean);
    const letters = words.length > 1 ? [words[0], words[words.length - 1]] : [words[0]];
    return letters.map((word) => firstOf(word ?? '').toLocaleUpperCase()).join('');
}

function firstOf(word: string): string {
    for (const { segment } of graphemes.segment(word)) return segment;
    return '';
}
