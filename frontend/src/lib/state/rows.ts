/* From messages to the rows of the log: day separators, the new-messages line, blocks of one author. Pure.
 *
 * A row that did not change is the very same object as before, so that rendering touches only what is new.
 * A message keeps its key from its first echo on: the nonce where this page sent it, else its id.
 */
import type { Author, Message } from '$lib/protocol/gen/protocol';
import type { Entry } from './outbox.svelte';
import { TRIM_STEP } from './timeline-window';

export type MessageState = 'sending' | 'sent' | 'failed';

export interface MessageRow {
    kind: 'message';
    key: string;
    message: Message;
    /** Whether it continues the block of the row above: no author line. */
    grouped: boolean;
    state: MessageState;
    /** Of one's own message that is not in the room's log yet. */
    entry?: Entry;
}
export interface DayRow {
    kind: 'day';
    key: string;
    at: number;
}
export interface NewRow {
    kind: 'new';
    key: 'new';
}
export type Row = MessageRow | DayRow | NewRow;

export const GROUP_GAP_MS = 5 * 60_000;
/** A block ends with each half hour of the clock, so that where the window begins does not move it. */
export const GROUP_SPAN_MS = 30 * 60_000;
export const GROUP_ROWS_MAX = TRIM_STEP;

interface Source {
    messages: readonly Message[];
    entries: readonly Entry[];
    author: Author;
    dividerSeq?: number;
    nonceOf: (messageId: number) => string | undefined;
}

export function buildRows(source: Source, previous: readonly Row[] = []): Row[] {
    const kept = new Map(previous.map((row) => [row.key, row]));
    const rows: Row[] = [];
    const block = new Block();
    let day = '';
    for (const shown of everything(source)) {
        const { message } = shown;
        const today = dayOf(message.created_at);
        if (today !== day) {
            rows.push({ kind: 'day', key: `day-${today}`, at: message.created_at });
            block.end();
            day = today;
        }
        if (message.seq === source.dividerSeq) {
            rows.push({ kind: 'new', key: 'new' });
            block.end();
        }
        rows.push({ kind: 'message', ...shown, grouped: block.takes(message) });
    }
    return rows.map((row) => reuse(kept.get(row.key), row));
}

function* everything(source: Source): Generator<Omit<MessageRow, 'kind' | 'grouped'>> {
    const present = new Set<number>();
    for (const message of source.messages) {
        present.add(message.id);
        yield { key: source.nonceOf(message.id) ?? String(message.id), message, state: 'sent' };
    }
    for (const entry of source.entries) {
        if (entry.message && present.has(entry.message.id)) continue;
        const message = entry.message ?? echoOf(entry, source.author);
        yield { key: entry.nonce, message, state: stateOf(entry), entry };
    }
}

/** What the room will get, as far as the page can tell before the server says so. */
function echoOf(entry: Entry, author: Author): Message {
    const { room, body, at, reply, thread, attachments = [] } = entry;
    return { id: 0, room, seq: 0, author, body, created_at: at, reply_to: reply, thread, attachments: [...attachments], reactions: [], mentions: [] };
}

function stateOf(entry: Entry): MessageState {
    if (entry.state === 'failed' || entry.state === 'sent') return entry.state;
    return 'sending';
}

/* The run of rows of one author that is being built. */
class Block {
    #author = 0;
    #last = 0;
    #rows = 0;

    end(): void {
        this.#rows = 0;
    }

    takes(message: Message): boolean {
        const continues =
            this.#rows > 0 &&
            this.#rows < GROUP_ROWS_MAX &&
            !message.reply_to &&
            message.author.id === this.#author &&
            message.created_at - this.#last <= GROUP_GAP_MS &&
            spanOf(message.created_at) === spanOf(this.#last);
        if (!continues) {
            this.#rows = 0;
            this.#author = message.author.id;
        }
        this.#rows += 1;
        this.#last = message.created_at;
        return continues;
    }
}

function spanOf(at: number): number {
    return Math.floor(at / GROUP_SPAN_MS);
}

function dayOf(at: number): string {
    const date = new Date(at);
    return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

function reuse(old: Row | undefined, row: Row): Row {
    if (!old || old.kind !== row.kind) return row;
    if (row.kind !== 'message' || old.kind !== 'message') return old;
    const same = old.message === row.message && old.grouped === row.grouped && old.state === row.state && old.entry === row.entry;
    return same ? old : row;
}
