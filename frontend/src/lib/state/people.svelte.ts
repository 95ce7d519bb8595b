/* Everybody the page has heard of, by id, each with their present status. */
import { SvelteMap } from 'svelte/reactivity';
import type { Status, PresenceChange, User } from '$lib/protocol/gen/protocol';
import type { Socket } from '$lib/socket/socket';

export class People {
    #byId = new SvelteMap<number, User>();

    get(id: number): User | undefined {
        return this.#byId.get(id);
    }

    /** Everybody known, in no order. */
    get all(): User[] {
        return [...this.#byId.values()];
    }

    /** The name to show for somebody, of whom perhaps only a message's author line is known. */
    nameOf(known: { id: number; name: string; display_name: string }): string {
        return this.#byId.get(known.id)?.display_name || known.display_name || known.name;
    }

    /** The colour that somebody chose, if any. */
    colorOf(id: number): string | undefined {
        return this.#byId.get(id)?.color;
    }

    statusOf(id: number): Status {
        return this.#byId.get(id)?.status ?? 'offline';
    }

    merge(users: readonly User[]): void {
        for (const user of users) this.#byId.set(user.id, user);
    }

    /** Asks the server for people that are not known yet. */
    async fetch(ids: readonly number[], socket: Socket): Promise<void> {
        const missing = ids.filter((id) => !this.#byId.has(id));
        if (missing.length > 0) this.merge((await socket.send('presence:watch', { users: missing })).users);
    }

    /** Statuses of people whom the page does not know are nobody's business. */
    applyPresence(changes: readonly PresenceChange[]): void {
        for (const { user: id, status, text, last_seen } of changes) {
            const user = this.#byId.get(id);
            if (user) this.#byId.set(id, { ...user, status, status_text: text, last_seen });
        }
    }

    clear(): void {
        this.#byId.clear();
    }
}
