/* Finding by name as one types: without case and accents, every word somewhere in the name. Names are folded
 * once and kept, because folding thousands of them for each key would be felt. */
const MARKS = /\p{M}/gu;
const LETTER = /[\p{L}\p{N}]/u;
const KEPT_MAX = 20_000;
const folded = new Map<string, string>();

export function fold(text: string): string {
    const known = folded.get(text);
    if (known !== undefined) return known;
    if (folded.size >= KEPT_MAX) folded.clear();
    const plain = text.normalize('NFKD').replace(MARKS, '').toLowerCase();
    folded.set(text, plain);
    return plain;
}

/** How well a name fits: 0 where it begins with the query, 1 where a word of it does, 2 elsewhere; -1 not at all. */
export type Fit = (name: string) => number;

export function fitOf(query: string): Fit {
    const wanted = fold(query.trim());
    const words = wanted.split(/\s+/);
    return (name) => {
        const plain = fold(name);
        if (plain.startsWith(wanted)) return 0;
        if (!words.every((word) => plain.includes(word))) return -1;
        return startsAWord(plain, words[0] as string) ? 1 : 2;
    };
}

/** The `limit` best of many by the names that each has; those that fit equally keep their order. */
export function best<T>(all: Iterable<T>, query: string, namesOf: (item: T) => readonly string[], limit: number): T[] {
    const fit = fitOf(query);
    const ranks: T[][] = [[], [], []];
    for (const item of all) {
        let rank = -1;
        for (const name of namesOf(item)) {
            const one = fit(name);
            if (one >= 0 && (rank < 0 || one < rank)) rank = one;
        }
        if (rank >= 0) ranks[rank]?.push(item);
    }
    return ranks.flat().slice(0, limit);
}

function startsAWord(name: string, word: string): boolean {
    const at = name.indexOf(word);
    return at > 0 && !LETTER.test(name[at - 1] as string);
}
