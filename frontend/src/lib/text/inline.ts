/* What a message's text is shown as: a small tree of words, each kind with a component of its own. Here are its
 * types and its leaves: plain text, in which links, people and rooms are found.
 *
 * Who is called was decided by the server when the message was sent (`mentions`); here the name is only found
 * again in the text. A room is what the reader's own list of rooms has by that slug; any other word stays text. */
import { linkify } from './linkify';

export type Inline =
    | { kind: 'text'; text: string }
    | { kind: 'code'; text: string }
    | { kind: 'link'; href: string; inner: Inline[] }
    | { kind: 'strong'; inner: Inline[] }
    | { kind: 'em'; inner: Inline[] }
    | { kind: 'strike'; inner: Inline[] }
    | { kind: 'person'; user: number; text: string }
    | { kind: 'all'; text: string }
    | { kind: 'room'; slug: string; text: string };

export type Block =
    | { kind: 'paragraph'; inner: Inline[] }
    | { kind: 'heading'; inner: Inline[] }
    | { kind: 'quote'; blocks: Block[] }
    | { kind: 'list'; start: number | undefined; items: Block[][] }
    | { kind: 'code'; text: string; language: string };

/** What the words of one message may refer to. */
export interface References {
    /** The people that the message mentions. */
    readonly people: readonly { id: number; name: string }[];
    readonly all: 'here' | 'room' | undefined;
    hasRoom(slug: string): boolean;
}

export const NO_REFERENCES: References = { people: [], all: undefined, hasRoom: () => false };

const REFERENCE = /(?<![\p{L}\p{M}\p{N}_.\-@])@[\p{L}\p{M}\p{N}_.-]+|(?<![\p{L}\p{M}\p{N}_#&/])#[\p{L}\p{M}\p{N}-]+/gu;

/** Plain text as leaves: links first, and in what is left people and rooms. */
export function leavesOf(text: string, references: References): Inline[] {
    return linkify(text).flatMap((segment): Inline[] =>
        segment.kind === 'link' ? [{ kind: 'link', href: segment.href, inner: [{ kind: 'text', text: segment.text }] }] : referred(segment.text, references),
    );
}

function referred(text: string, references: References): Inline[] {
    const leaves: Inline[] = [];
    let done = 0;
    for (const { 0: word, index } of text.matchAll(REFERENCE)) {
        const leaf = word.startsWith('@') ? personOf(word, references) : roomOf(word, references);
        if (!leaf) continue;
        if (index > done) leaves.push({ kind: 'text', text: text.slice(done, index) });
        leaves.push(leaf);
        done = index + leaf.text.length;
    }
    if (done < text.length) leaves.push({ kind: 'text', text: text.slice(done) });
    return leaves;
}

type Reference = Extract<Inline, { kind: 'person' | 'all' | 'room' }>;

/* The longest name that the word begins with and that ends where a name may end. */
function personOf(word: string, { people, all }: References): Reference | undefined {
    if (all && startsWithName(word, all)) return { kind: 'all', text: word.slice(0, all.length + 1) };
    const fitting = people.filter(({ name }) => startsWithName(word, name)).sort((a, b) => b.name.length - a.name.length)[0];
    return fitting && { kind: 'person', user: fitting.id, text: word.slice(0, fitting.name.length + 1) };
}

function startsWithName(word: string, name: string): boolean {
    return sameName(word.slice(1, name.length + 1), name) && !/^[\p{L}\p{M}\p{N}_]/u.test(word.slice(name.length + 1));
}

function roomOf(word: string, { hasRoom }: References): Reference | undefined {
    const slug = word.slice(1).toLowerCase();
    return hasRoom(slug) ? { kind: 'room', slug, text: word } : undefined;
}

function sameName(a: string, b: string): boolean {
    return a === b || a.normalize('NFKC').toLowerCase() === b.normalize('NFKC').toLowerCase();
}

/** A whole text as one paragraph, its lines as they are. */
export function plain(text: string, references: References = NO_REFERENCES): Block[] {
    return [{ kind: 'paragraph', inner: leavesOf(text, references) }];
}

const MARKUP = /[*_~`\\[\]]|^ {0,3}(?:>|#{1,6} |- |\d{1,9}[.)] )/mu;

/** Whether there may be Markdown in a text: what has none needs no tokenizer. */
export function hasMarkup(text: string): boolean {
    return MARKUP.test(text);
}
