/* Messages that the user takes away: gone from the page at once, from the server a while later, so that it can be
 * taken back. Text that the server has deleted is gone everywhere, so it cannot undo it. */
import type { Message } from '$lib/protocol/gen/protocol';
import type { Socket } from '$lib/socket/socket';
import { errorText } from '$lib/text/error-text';
import { t } from '$lib/text/strings';
import { SvelteSet } from 'svelte/reactivity';
import { UNDO_MS, type Toasts } from './toasts.svelte';

interface Options {
    socket: Socket;
    toasts: Toasts;
}

export class Deletions {
    #hidden = new SvelteSet<number>();
    #timers = new Map<number, ReturnType<typeof setTimeout>>();
    readonly #deps: Options;

    constructor(deps: Options) {
        this.#deps = deps;
    }

    /** Whether a message is on its way out. */
    has(id: number): boolean {
        return this.#hidden.has(id);
    }

    begin({ id }: Pick<Message, 'id'>): void {
        if (this.#hidden.has(id)) return;
        this.#hidden.add(id);
        this.#timers.set(id, setTimeout(() => void this.#delete(id), UNDO_MS));
        const action = { label: t.common.undo, run: () => this.undo(id) };
        this.#deps.toasts.show(t.message.deleted, { action, stayMs: UNDO_MS });
    }

    undo(id: number): void {
        if (this.#forget(id)) this.#hidden.delete(id);
    }

    /** Deletes at once what still waits: the page is about to go. */
    flush(): void {
        for (const id of [...this.#timers.keys()]) void this.#delete(id);
    }

    async #delete(id: number): Promise<void> {
        this.#forget(id);
        try {
            await this.#deps.socket.send('message:delete', { message: id });
        } catch (thrown) {
            this.#deps.toasts.show(t.message.notDeleted(errorText(thrown)), { kind: 'error' });
        }
        this.#hidden.delete(id);
    }

    /* Whether it still waited. */
    #forget(id: number): boolean {
        clearTimeout(this.#timers.get(id));
        return this.#timers.delete(id);
    }
}
