/* Finds links in plain text. Only http, https and mailto become links; everything else, whatever it looks
 * like, stays text. A link never swallows the punctuation of its sentence, nor a bracket it did not open. */
export type Segment = { kind: 'text'; text: string } | { kind: 'link'; text: string; href: string };

const CANDIDATE = /\b(?:https?:\/\/|www\.|mailto:)[^\s<>"“”]+/giu;
const TRAILING = /[.,;:!?'’*_~…]+$/u;
const SAFE = new Set(['http:', 'https:', 'mailto:']);
const PAIRS: Record<string, string> = { ')': '(', ']': '[', '}': '{' };

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

function trimmed(link: string): string {
    for (let shorter = link; ; link = shorter) {
        shorter = link.replace(TRAILING, '');
        const opener = PAIRS[shorter.at(-1) ?? ''];
        if (opener && count(shorter, opener) < count(shorter, shorter.at(-1) as string)) shorter = shorter.slice(0, -1);
        if (shorter === link) return link;
    }
}

function count(text: string, character: string): number {
    return text.split(character).length - 1;
}

/** The address, as the browser understands it; none where it would not be a safe one. */
function hrefOf(shown: string): string | undefined {
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
