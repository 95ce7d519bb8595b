/* The rows of the log of a room or of a thread, made anew from timeline and outbox whenever either changes. */
import type { App } from '$lib/state/app.svelte';
import { buildRows, type Row } from '$lib/state/rows';
import type { Timeline } from '$lib/state/timeline.svelte';

export class LogRows {
    readonly #app: App;
    readonly #room: number;
    readonly #timeline: Timeline;
    readonly #thread: number | undefined;
    #previous: Row[] = [];
    #rows = $derived.by(() => this.#build());

    constructor(app: App, room: number, timeline: Timeline, thread?: number) {
        this.#app = app;
        this.#room = room;
        this.#timeline = timeline;
        this.#thread = thread;
    }

    get rows(): Row[] {
        return this.#rows;
    }

    #build(): Row[] {
        const { me } = this.#app.session;
        const { outbox } = this.#app;
        this.#previous = buildRows(
            {
                messages: this.#timeline.messages,
                entries: this.#timeline.hasAfter ? [] : outbox.in(this.#room, this.#thread),
                author: { id: me?.id ?? 0, name: me?.name ?? '', display_name: me?.display_name ?? '', kind: me?.kind ?? 'guest' },
                dividerSeq: this.#timeline.dividerSeq,
                nonceOf: (id) => outbox.nonceOf(id),
            },
            this.#previous,
        );
        return this.#previous;
    }
}
