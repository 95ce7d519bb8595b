/* What one types to search for messages, taken apart: words, and filters like `from:ana after:2026-11-01 is:pinned`. What
 * is no filter, or one with a value that means nothing, is a word. Pure. */
export interface SearchQuery {
    /** For the server: words, beginnings, phrases. */
    words: string;
    from?: string;
    in?: string;
    /** Milliseconds: from, to (excluded). */
    since?: number;
    until?: number;
    pinned?: true;
    has_file?: true;
}

export const FILTERS = ['from:', 'in:', 'before:', 'after:', 'has:file', 'is:pinned'] as const;

const FILTER = /(?<=^|\s)(from|in|before|after|has|is):(?:"([^"]*)"|(\S+))/giu;
const DATE = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/;

export function searchQueryOf(typed: string, now: number): SearchQuery {
    const query: SearchQuery = { words: '' };
    const words = typed.replace(FILTER, (whole, name: string, quoted: string | undefined, bare: string | undefined) =>
        take(query, name.toLowerCase(), quoted ?? bare ?? '', now) ? ' ' : whole,
    );
    query.words = words.replace(/\s+/g, ' ').trim();
    return query;
}

/* Whether the filter means something. */
function take(query: SearchQuery, name: string, value: string, now: number): boolean {
    const day = name === 'before' || name === 'after' ? dayOf(value, now) : undefined;
    if (name === 'from') query.from = value.replace(/^@/, '');
    else if (name === 'in') query.in = value.replace(/^#/, '');
    else if (name === 'before' && day !== undefined) query.until = day;
    else if (name === 'after' && day !== undefined) query.since = day;
    else if (name === 'has' && value.toLowerCase() === 'file') query.has_file = true;
    else if (name === 'is' && value.toLowerCase() === 'pinned') query.pinned = true;
    else return false;
    return true;
}

/* The beginning of a day, a month or a year, where the reader is. */
function dayOf(value: string, now: number): number | undefined {
    if (value === 'today') return new Date(now).setHours(0, 0, 0, 0);
    if (value === 'yesterday') return new Date(new Date(now).setHours(0, 0, 0, 0) - 1).setHours(0, 0, 0, 0);
    const [, year, month = '1', day = '1'] = DATE.exec(value) ?? [];
    if (year === undefined) return undefined;
    const date = new Date(Number(year), Number(month) - 1, Number(day));
    return date.getMonth() === Number(month) - 1 && date.getDate() === Number(day) ? date.getTime() : undefined;
}
