/* Whom the user has blocked: their messages are hidden on his pages, and they notify him of nothing. */
import { SvelteSet } from 'svelte/reactivity';
import type { Socket } from '$lib/socket/socket';
import type { People } from './people.svelte';

export class Blocks {
    #ids = new SvelteSet<number>();
    readonly #socket: Socket;
    readonly #people: People;

    constructor({ socket, people }: { socket: Socket; people: People }) {
        this.#socket = socket;
        this.#people = people;
    }

    get ids(): number[] {
        return [...this.#ids];
    }
    has(user: number): boolean {
        return this.#ids.has(user);
    }

    async set(user: number, on: boolean): Promise<void> {
        await this.#socket.send('user:block', { user, on });
        this.apply(user, on);
    }

    apply(user: number, on: boolean): void {
        if (on) this.#ids.add(user);
        else this.#ids.delete(user);
    }

    /** Learns the whole list from the server. */
    async load(): Promise<void> {
        try {
            const ids: number[] = [];
            let after: number | undefined;
            for (let more = true; more; ) {
                const page = await this.#socket.send('user:blocks', { after, limit: 200 });
                this.#people.merge(page.users);
                ids.push(...page.users.map((user) => user.id));
                more = page.more && page.users.length > 0;
                after = page.users.at(-1)?.id;
            }
            this.#ids.clear();
            for (const id of ids) this.#ids.add(id);
        } catch {
            // What was known stays; the next start of a connection asks again.
        }
    }

    clear(): void {
        this.#ids.clear();
    }
}
