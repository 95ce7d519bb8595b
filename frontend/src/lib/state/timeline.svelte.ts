/* The message log of one room: its window of the history, how it grows in both directions, and what is new.
 *
 * Once loaded it is kept right by events alone, also while another room is open, so that coming back costs
 * nothing. Everything that fetches is one job at a time; what a replaced window asked for is thrown away.
 */
import type { MessageHistoryData, Message } from '$lib/protocol/gen/protocol';
import {
    EMPTY,
    TRIM_STEP,
    WINDOW_MAX,
    firstSeq,
    lastSeq,
    windowOf,
    withChanged,
    withNew,
    withNewer,
    withOlder,
    type Window,
} from './timeline-window';

export type TimelinePhase = 'loading' | 'ready' | 'failed';
export type FetchHistory = (range: { before?: number; after?: number; around?: number; limit?: number }) => Promise<MessageHistoryData>;

/** A multiple of TRIM_STEP, for the same reason. */
export const PAGE = 2 * TRIM_STEP;
const REFRESH = 200;

export class Timeline {
    #window = $state.raw<Window>(EMPTY);
    #phase = $state<TimelinePhase>('loading');
    #divider = $state<number>();
    #atEnd = $state(true);
    #goal = $state<number>();
    /** The message at the top of the view, as the view says: where a refresh has to look. */
    seenSeq = 0;
    #busy = false;
    #version = 0;
    #newestKnown = 0;
    readonly #fetch: FetchHistory;

    constructor(fetch: FetchHistory) {
        this.#fetch = fetch;
    }

    get phase(): TimelinePhase {
        return this.#phase;
    }
    get messages(): readonly Message[] {
        return this.#window.messages;
    }
    get hasBefore(): boolean {
        return this.#window.hasBefore;
    }
    /** Whether the newest messages of the room are not in the window. */
    get hasAfter(): boolean {
        return this.#window.hasAfter;
    }
    get lastSeq(): number {
        return lastSeq(this.#window);
    }
    /** The first message that was unread when the room was opened; the line above it stays till the room is left. */
    get dividerSeq(): number | undefined {
        return this.#divider;
    }
    /** The message that the view is to bring into sight as soon as it has it. */
    get goal(): number | undefined {
        return this.#goal;
    }
    /** Whether the reader is at the end of the log. The view says so; it decides which side of a full window gives way. */
    get atEnd(): boolean {
        return this.#atEnd;
    }
    set atEnd(atEnd: boolean) {
        this.#atEnd = atEnd;
    }

    /** Starts with the newest page, as opening the room brought it. */
    load(page: MessageHistoryData): void {
        this.#replace(windowOf(page));
        if (this.#goal !== undefined) void this.goTo(this.#goal);
    }

    failed(): void {
        if (this.#phase === 'loading') this.#phase = 'failed';
    }

    /** Draws the line above the first unread message, or takes it away. */
    divide(seq: number | undefined): void {
        this.#divider = seq;
    }

    applyNew(message: Message): void {
        this.#newestKnown = Math.max(this.#newestKnown, message.seq);
        if (this.#phase !== 'ready') return;
        const { window, gap } = withNew(this.#window, message, this.#atEnd ? 'end' : 'older');
        this.#window = window;
        if (gap) void this.#fill();
    }

    /** The room is known to reach to `seq`: fetches what no event has brought. */
    async expect(seq: number): Promise<void> {
        this.#newestKnown = Math.max(this.#newestKnown, seq);
        if (this.#phase === 'ready') await this.#fill();
    }

    applyChange(message: Message): void {
        this.#window = withChanged(this.#window, message);
    }

    async loadOlder(): Promise<void> {
        if (!this.#window.hasBefore || this.#window.messages.length === 0) return;
        await this.#grow({ before: firstSeq(this.#window), limit: PAGE }, withOlder);
    }

    async loadNewer(): Promise<void> {
        if (!this.#window.hasAfter) return;
        await this.#grow({ after: lastSeq(this.#window), limit: PAGE }, withNewer);
        await this.#fill();
    }

    /** Shows the newest messages again. */
    async jumpToLatest(): Promise<void> {
        if (this.#window.hasAfter) await this.#refetch({ limit: PAGE });
        this.#atEnd = true;
    }

    /** Shows the messages around `seq`. */
    async jumpTo(seq: number): Promise<void> {
        if (seq >= firstSeq(this.#window) && seq <= lastSeq(this.#window)) return;
        this.#atEnd = false;
        await this.#refetch({ around: seq, limit: PAGE });
    }

    /** Brings the message of `seq` into sight, with what stands around it. */
    async goTo(seq: number): Promise<void> {
        this.#goal = seq;
        if (this.#phase !== 'ready') return;
        this.#atEnd = false;
        await this.jumpTo(seq);
        if (!this.#window.messages.some((message) => message.seq === seq)) this.reached();
    }

    /** The view shows the goal, or it cannot be shown. */
    reached(): void {
        this.#goal = undefined;
    }

    /** After a break without resumption anything may have changed: fetches again what is being looked at. */
    async refresh(): Promise<void> {
        if (this.#phase !== 'ready') return;
        await this.#refetch(this.#atEnd ? { limit: PAGE } : { around: this.seenSeq, limit: REFRESH });
    }

    /* Fetches what was missed between the window's end and the newest message heard of. Who reads further up
       is not carried along: he gets the next page when he comes down. */
    async #fill(): Promise<void> {
        const missed = () => this.#newestKnown - lastSeq(this.#window);
        if (this.#atEnd && missed() > WINDOW_MAX) return this.#refetch({ limit: PAGE });
        while (missed() > 0 && (this.#atEnd || !this.#window.hasAfter)) {
            const before = lastSeq(this.#window);
            await this.#grow({ after: before, limit: PAGE }, withNewer);
            if (lastSeq(this.#window) === before) return;
        }
    }

    async #grow(
        range: { before?: number; after?: number; limit: number },
        merge: (window: Window, page: MessageHistoryData) => Window,
    ): Promise<void> {
        if (this.#busy) return;
        this.#busy = true;
        const version = this.#version;
        try {
            const page = await this.#fetch(range);
            if (version === this.#version) this.#window = merge(this.#window, page);
        } catch {
            // Nothing grew; the next scroll, event or ready tries again.
        } finally {
            if (version === this.#version) this.#busy = false;
        }
    }

    async #refetch(range: { around?: number; limit: number }): Promise<void> {
        const version = ++this.#version;
        this.#busy = false;
        try {
            const page = await this.#fetch(range);
            if (version === this.#version) this.#replace(windowOf(page));
        } catch {
            // The old window stays; the next ready or scroll tries again.
        }
    }

    #replace(window: Window): void {
        this.#version += 1;
        this.#busy = false;
        this.#window = window;
        this.#phase = 'ready';
        void this.#fill();
    }
}
