/* What a room is to become: only what differs from what it is goes to the server. */
import type { Payload, Room } from '$lib/protocol/gen/protocol';

const KEYS = ['name', 'topic', 'announcement', 'slow_mode_s'] as const;

export class RoomForm {
    name = $state('');
    topic = $state('');
    announcement = $state(false);
    slow_mode_s = $state(0);
    readonly #room: Room;

    constructor(room: Room) {
        this.#room = room;
        for (const key of KEYS) (this as Record<string, unknown>)[key] = room[key];
    }

    /** The changes; none when there are none. */
    get changes(): Payload<'room:update'> | undefined {
        const wish = { name: this.name.trim(), topic: this.topic.trim(), announcement: this.announcement, slow_mode_s: this.slow_mode_s };
        const changed = KEYS.filter((key) => wish[key] !== this.#room[key]);
        if (changed.length === 0) return undefined;
        return { room: this.#room.id, ...Object.fromEntries(changed.map((key) => [key, wish[key]])) };
    }
}
