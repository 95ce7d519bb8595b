/* Finds links in plain text. Only http, https and mailto become links; everything else, whatever it looks
 * like, stays text. A link never swallows the punctuation of its sentence, nor a bracket it did not open. */
export type Segment = { kind: 'text'; text: string } | { kind: 'link'; text: string; href: string };

const CANDIDATE = /\b(?:https?:\/\/|www\.|mailto:)[^\s<>"“”]+/giu;
const TRAILING = ".,;:!?'’*_~…";
const SAFE = new Set(['http:', 'https:', 'mailto:']);
const CLOSERS: Record<string, string | undefined> = { '(': ')', '[': ']', '{': '}' };
const BRACKETS = ')]}';

export function linkify(text: string): Segment[] {
    const segments: Segment[] = [];
    let done = 0;
    for (const match of text.matchAll(CANDIDATE)) {
        const shown = trimmed(match[0]);
        const href = hrefOf(shown);
        if (!href) continue;
        if (match.index > done) segments.push({ kind: 'text', text: text.slice(done, match.index) });
        segments.push({ kind: 'link', text: shown, href });
        done = match.index + shown.length;
    }
    if (done < text.length) segments.push({ kind: 'text', text: text.slice(done) });
    return segments;
}

/** Walks from the end once, whatever the text: it may be 16,384 brackets. */
function trimmed(link: string): string {
    const surplus = surplusOf(link);
    for (let end = link.length; ; end--) {
        const last = link.charAt(end - 1);
        const unopened = surplus[last] ?? 0;
        if (unopened > 0) surplus[last] = unopened - 1;
        else if (!TRAILING.includes(last) || last === '') return link.slice(0, end);
    }
}

/** By closing bracket: how many more of them there are than of the opening one. */
function surplusOf(link: string): Record<string, number> {
    const surplus: Record<string, number> = {};
    for (const character of link) {
        const closer = CLOSERS[character];
        if (closer !== undefined) surplus[closer] = (surplus[closer] ?? 0) - 1;
        else if (BRACKETS.includes(character)) surplus[character] = (surplus[character] ?? 0) + 1;
    }
    return surplus;
}

/** The address, as the browser understands it; none where it would not be a safe one. */
export function hrefOf(shown: string): string | undefined {
    const url = parsed(/^www\./i.test(shown) ? `https://${shown}` : shown);
    if (!url || !SAFE.has(url.protocol)) return undefined;
    if (url.protocol === 'mailto:' && !url.pathname.includes('@')) return undefined;
    return url.href;
}

function parsed(address: string): URL | undefined {
    try {
        return new URL(address);
    } catch {
        return undefined;
    }
}
