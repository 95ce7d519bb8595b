/* All emoji with their names, for the picker and for what is completed after a colon. A chunk of its own: the list is
 * larger than everything else in it. */
import data from 'emoji-picker-element-data/en/emojibase/data.json';
import { best } from './search';

export interface Emoji {
    readonly emoji: string;
    readonly name: string;
    readonly shortcodes: readonly string[];
    readonly group: number;
    readonly names: readonly string[];
}

interface Row {
    annotation: string;
    emoji: string;
    group?: number;
    shortcodes?: string[];
    tags?: string[];
}

/* The parts of emoji that mean nothing by themselves. */
const COMPONENTS = 2;

export const emojis: readonly Emoji[] = (data as Row[])
    .filter(({ group }) => group !== undefined && group !== COMPONENTS)
    .map(({ emoji, annotation, group, shortcodes = [], tags = [] }) => ({
        emoji: bare(emoji),
        name: annotation,
        shortcodes,
        group: group as number,
        names: [...shortcodes, annotation, ...tags],
    }));

/* Without the mark that asks for a picture where it is one anyway: of two spellings only one may be in use. */
function bare(emoji: string): string {
    return /^\p{Emoji_Presentation}\uFE0F$/u.test(emoji) ? emoji.slice(0, -1) : emoji;
}

/** Those of one group, in the order of the standard. */
export function emojisOf(group: number): Emoji[] {
    return emojis.filter((one) => one.group === group);
}

export function findEmoji(query: string, limit: number): Emoji[] {
    return best(emojis, query, ({ names }) => names, limit);
}
