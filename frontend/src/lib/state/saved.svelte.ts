/* The messages that the user has saved. Which they are is asked for when it first matters, and from then on kept right by
 * events; on a fresh start it is asked for again. */
import { SvelteSet } from 'svelte/reactivity';
import type { Message } from '$lib/protocol/gen/protocol';
import type { Socket } from '$lib/socket/socket';
import { Pages } from './pages.svelte';

const PAGE = 200;

export class Saved {
    #ids = new SvelteSet<number>();
    #asked = false;
    readonly #socket: Socket;
    /** As the panel shows them. */
    readonly list: Pages<Message>;

    constructor(socket: Socket) {
        this.#socket = socket;
        this.list = new Pages(async (last) => {
            const { messages, more } = await socket.send('message:saved', { after: last?.id });
            return { items: messages, more };
        });
    }

    has(id: number): boolean {
        return this.#ids.has(id);
    }

    /** Asks which they are, unless that is known. */
    async know(): Promise<void> {
        if (this.#asked) return;
        this.#asked = true;
        try {
            let after: number | undefined;
            for (let more = true; more; ) {
                const page = await this.#socket.send('message:saved', { after, limit: PAGE });
                for (const { id } of page.messages) this.#ids.add(id);
                more = page.more && page.messages.length > 0;
                after = page.messages.at(-1)?.id;
            }
        } catch {
            this.#asked = false;
        }
    }

    async toggle({ id }: Message): Promise<void> {
        await this.#socket.send('message:save', { message: id, on: !this.has(id) });
    }

    async remove({ id }: Message): Promise<void> {
        await this.#socket.send('message:save', { message: id, on: false });
    }

    apply(id: number, on: boolean): void {
        if (on) this.#ids.add(id);
        else this.#ids.delete(id);
        if (this.list.loaded) void this.list.load();
    }

    /** A message that the panel may show is another. */
    applyChange(message: Message): void {
        this.list.put(message, (other) => other.id === message.id);
    }

    /** After a break nothing is known to be right. */
    restart(): void {
        const known = this.#asked;
        this.clear();
        if (known) void this.know();
    }

    clear(): void {
        this.#ids.clear();
        this.#asked = false;
    }
}
