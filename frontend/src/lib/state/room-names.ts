/* What a room is called. A direct message has no name of its own: it is called after the others in it. */
import type { Room } from '$lib/protocol/gen/protocol';
import { dateLocale, t } from '$lib/text/strings';
import type { People } from './people.svelte';
import type { Session } from './session.svelte';

const list = new Intl.ListFormat(dateLocale, { style: 'narrow', type: 'unit' });

export class RoomNames {
    readonly #people: People;
    readonly #session: Session;

    constructor({ people, session }: { people: People; session: Session }) {
        this.#people = people;
        this.#session = session;
    }

    of(room: Room): string {
        if (room.kind !== 'dm') return room.name;
        const names = this.others(room).map((id) => this.#people.get(id)?.display_name);
        const known = names.filter((name) => name !== undefined);
        return known.length > 0 ? list.format(known) : room.name || t.rooms.dm;
    }

    /** Everybody else in a direct message. */
    others(room: Room): number[] {
        return (room.users ?? []).filter((id) => id !== this.#session.id);
    }

    /** The one other person of a direct message for two. */
    partner(room: Room): number | undefined {
        const others = this.others(room);
        return room.kind === 'dm' && others.length === 1 ? others[0] : undefined;
    }
}
