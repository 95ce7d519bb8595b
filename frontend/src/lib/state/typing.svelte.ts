/* Who is writing, per room. The server ends each mark; an own deadline covers the case that its word was lost. */
import { SvelteMap } from 'svelte/reactivity';

const DEADLINE_MS = 8_000;

export class Typing {
    #rooms = new SvelteMap<number, readonly number[]>();
    #timers = new Map<string, ReturnType<typeof setTimeout>>();

    /** The ids of those who are writing in `room`, first come first. */
    in(room: number): readonly number[] {
        return this.#rooms.get(room) ?? [];
    }

    set(room: number, user: number, on: boolean): void {
        const key = `${room}/${user}`;
        clearTimeout(this.#timers.get(key));
        this.#timers.delete(key);
        const now = this.in(room);
        if (on) {
            if (!now.includes(user)) this.#rooms.set(room, [...now, user]);
            this.#timers.set(key, setTimeout(() => this.set(room, user, false), DEADLINE_MS));
        } else if (now.includes(user)) {
            this.#rooms.set(room, now.filter((other) => other !== user));
        }
    }

    clear(): void {
        for (const timer of this.#timers.values()) clearTimeout(timer);
        this.#timers.clear();
        this.#rooms.clear();
    }
}
