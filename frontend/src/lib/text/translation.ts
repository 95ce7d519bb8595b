/* A catalogue laid over the English one. What it lacks is said in English, so that a new sentence can be used
 * before everybody has translated it. */
import type { Strings } from './strings/en';

/** The shape of a catalogue: like the English one, and any part may be missing. */
export type Translation<T = Strings> = {
    [K in keyof T]?: T[K] extends (...given: infer A) => string ? (...given: A) => string : T[K] extends readonly string[] ? readonly string[] : T[K] extends string ? string : Translation<T[K]>;
};

type Tree = { readonly [key: string]: unknown };

const FIRST_STRONG = '\u2068';
const POP = '\u2069';

/** All of `own`, and what only `english` has. */
export function laidOver<T extends object>(own: Translation<T>, english: T): T {
    return merge(own as Tree, english as Tree) as T;
}

/** What is filled into a sentence keeps its own direction: a name from left to right does not turn the words
 *  around it. */
export function isolating<T extends object>(catalogue: T): T {
    return mapped(catalogue as Tree, (say) => (...given: unknown[]) => say(...given.map(isolated))) as T;
}

function merge(own: Tree, english: Tree): Tree {
    const entries = Object.entries(english).map(([key, value]) => {
        const ours = own[key];
        return [key, ours === undefined ? value : isTree(ours) && isTree(value) ? merge(ours, value) : ours];
    });
    return Object.fromEntries(entries);
}

function mapped(tree: Tree, change: (say: (...given: unknown[]) => string) => unknown): Tree {
    const entries = Object.entries(tree).map(([key, value]) => {
        if (typeof value === 'function') return [key, change(value as (...given: unknown[]) => string)];
        return [key, isTree(value) ? mapped(value, change) : value];
    });
    return Object.fromEntries(entries);
}

function isolated(given: unknown): unknown {
    if (Array.isArray(given)) return given.map(isolated);
    return typeof given === 'string' && given !== '' ? FIRST_STRONG + given + POP : given;
}

function isTree(value: unknown): value is Tree {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
