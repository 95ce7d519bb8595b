/* Who holds messages and must hear when one is another: logs, threads, lists in panels. */
import type { Message } from '$lib/protocol/gen/protocol';

type Listener = (message: Message) => void;

export class Changes {
    #listeners = new Set<Listener>();

    /** Calls `listener` with every changed message, until what comes back is called. */
    watch(listener: Listener): () => void {
        this.#listeners.add(listener);
        return () => void this.#listeners.delete(listener);
    }

    tell(message: Message): void {
        for (const listener of this.#listeners) listener(message);
    }
}
