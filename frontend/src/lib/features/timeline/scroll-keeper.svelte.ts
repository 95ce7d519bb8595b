/* Where the reader is in the log, and that he stays there.
 *
 *   - At the end (within END_PX) the view follows new messages.
 *   - Anywhere else the row under his eyes stays where it is, whatever is added or trimmed above it: its lower
 *     edge, for the line that names its author may come and go with the row above. The
 *     browsers' own scroll anchoring is switched off: one of them has none, and two hands on one wheel fight.
 *   - Near either end of the window the next page is fetched.
 *
 * The view calls before() when its rows are about to change and after() when they have.
 */
import { tick, untrack } from 'svelte';
import type { Attachment } from 'svelte/attachments';
import type { Timeline } from '$lib/state/timeline.svelte';
import { focusWhenFree } from '$lib/ui/modal';

export const END_PX = 100;
/** How long a message that was jumped to stands out. */
const FOUND_MS = 3_000;

export class ScrollKeeper {
    #far = $state(false);
    #dividerAbove = $state(false);
    #view: HTMLElement | undefined;
    #anchor: { row: HTMLElement; bottom: number } | undefined;
    readonly #timeline: Timeline;
    readonly #onEnd: () => void;

    /** `onEnd` is called whenever the end of the log is in sight. */
    constructor(timeline: Timeline, onEnd: () => void) {
        this.#timeline = timeline;
        this.#onEnd = onEnd;
    }

    /** More than a screen away from the newest message. */
    get far(): boolean {
        return this.#far || this.#timeline.hasAfter;
    }
    /** The new-messages line lies above what is seen. */
    get dividerAbove(): boolean {
        return this.#dividerAbove;
    }

    readonly attach: Attachment<HTMLElement> = (view) => {
        this.#view = view;
        const scrolled = () => this.#scrolled();
        // The composer grows, the keyboard of a phone comes up, a window is resized, code gets its colours and with
        // them other lines: the end stays the end.
        const resized = new ResizeObserver(() => this.after());
        view.addEventListener('scroll', scrolled, { passive: true });
        for (const element of [view, ...view.children]) resized.observe(element);
        // What is read here must not run all of this again when it changes.
        untrack(() => void (this.#timeline.goal === undefined && this.#timeline.jumpToLatest()));
        return () => {
            resized.disconnect();
            view.removeEventListener('scroll', scrolled);
            this.#view = undefined;
        };
    };

    before(): void {
        this.#anchor = this.#timeline.atEnd ? undefined : this.#firstInSight();
    }

    after(): void {
        const view = this.#view;
        if (!view) return;
        if (this.#timeline.atEnd) {
            view.scrollTop = view.scrollHeight;
        } else if (this.#anchor?.row.isConnected) {
            view.scrollTop += bottomOf(this.#anchor.row, view) - this.#anchor.bottom;
        }
        this.#anchor = undefined;
        this.#scrolled();
    }

    /** Brings a message to the middle of the view, marks it for a moment and gives it the focus; once its row is here. */
    reach(seq: number): void {
        const row = this.#view?.querySelector<HTMLElement>(`[data-seq="${seq}"]`);
        if (!row || !this.#view) return;
        this.#timeline.reached();
        this.#timeline.atEnd = false;
        this.#view.scrollTop += topOf(row, this.#view) - (this.#view.clientHeight - row.clientHeight) / 2;
        row.dataset.found = '';
        setTimeout(() => delete row.dataset.found, FOUND_MS);
        // After the composer, which takes the focus when another room is opened.
        void tick().then(() => focusWhenFree(row));
    }

    /** Brings a row to the upper part of the view. */
    show(row: string): void {
        const element = this.#view?.querySelector<HTMLElement>(`[data-row="${row}"]`);
        if (!element || !this.#view) return;
        this.#timeline.atEnd = false;
        this.#view.scrollTop += topOf(element, this.#view) - this.#view.clientHeight / 4;
    }

    #scrolled(): void {
        const view = this.#view;
        if (!view || view.clientHeight === 0) return;
        const below = view.scrollHeight - view.scrollTop - view.clientHeight;
        this.#timeline.atEnd = below < END_PX && !this.#timeline.hasAfter;
        this.#far = below > view.clientHeight;
        this.#timeline.seenSeq = Number(this.#firstInSight()?.row.dataset.seq ?? 0);
        this.#dividerAbove = this.#isDividerAbove();
        if (this.#timeline.atEnd) this.#onEnd();
        if (view.scrollTop < view.clientHeight) void this.#timeline.loadOlder();
        if (below < view.clientHeight) void this.#timeline.loadNewer();
    }

    #isDividerAbove(): boolean {
        const seq = this.#timeline.dividerSeq;
        const view = this.#view;
        if (seq === undefined || !view) return false;
        const line = view.querySelector<HTMLElement>('[data-row="new"]');
        if (line) return topOf(line, view) < 0;
        return seq < (this.#timeline.messages[0]?.seq ?? 0);
    }

    /* Rows stand in order, so the first one that is not wholly above the view is found by halving. */
    #firstInSight(): { row: HTMLElement; bottom: number } | undefined {
        const view = this.#view;
        if (!view) return undefined;
        const rows = view.querySelectorAll<HTMLElement>('article');
        let low = 0;
        let high = rows.length;
        while (low < high) {
            const middle = (low + high) >> 1;
            const row = rows[middle] as HTMLElement;
            if (bottomOf(row, view) <= 0) low = middle + 1;
            else high = middle;
        }
        const row = rows[low];
        return row && { row, bottom: bottomOf(row, view) };
    }
}

function bottomOf(row: HTMLElement, view: HTMLElement): number {
    return row.getBoundingClientRect().bottom - view.getBoundingClientRect().top;
}

function topOf(row: HTMLElement, view: HTMLElement): number {
    return row.getBoundingClientRect().top - view.getBoundingClientRect().top;
}
