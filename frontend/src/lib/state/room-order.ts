/* The order of the rooms in the list: the places that the user gave them, the rest by name. Pure.
 *
 * A place is a number, kept by the server per room. Between two neighbours there is a gap, so that moving a
 * room changes that room alone; only where a gap is used up, or rooms above have no place yet, do more change.
 */
import type { Room } from '$lib/protocol/gen/protocol';

export const GAP = 1024;

export interface Place {
    room: number;
    position: number;
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

export function byPlace(a: Room, b: Room): number {
    return placeOf(a) - placeOf(b) || collator.compare(a.name, b.name) || a.id - b.id;
}

/** The newest talk first. */
export function byActivity(a: Room, b: Room): number {
    return activityOf(b) - activityOf(a) || b.id - a.id;
}

/** The places to set so that the room at `from` stands at `to` in this section of the list. */
export function placesToMove(section: readonly Room[], from: number, to: number): Place[] {
    const room = section[from];
    if (!room || from === to || to < 0 || to >= section.length) return [];
    const order = section.filter((other) => other !== room);
    order.splice(to, 0, room);
    const between = gapAt(order, to);
    return between ? [{ room: room.id, position: between }] : renumbered(order, to);
}

/* A free place between the neighbours of `index`; none where one of them lacks a place. */
function gapAt(order: readonly Room[], index: number): number | undefined {
    const above = index === 0 ? 0 : order[index - 1]?.me?.position;
    const below = order[index + 1]?.me?.position;
    if (above === undefined) return undefined;
    // Below the last that has a place stands nothing but names.
    if (below === undefined) return above + GAP;
    const middle = Math.floor((above + below) / 2);
    return middle > above ? middle : undefined;
}

/* Fresh places from the top down to the moved room, and on as long as old ones would be out of order. */
function renumbered(order: readonly Room[], moved: number): Place[] {
    const places: Place[] = [];
    let last = 0;
    for (const [index, room] of order.entries()) {
        const present = room.me?.position;
        if (index > moved && (present === undefined || present > last)) break;
        last += GAP;
        if (present !== last) places.push({ room: room.id, position: last });
    }
    return places;
}

function placeOf(room: Room): number {
    return room.me?.position ?? Number.MAX_SAFE_INTEGER;
}

function activityOf(room: Room): number {
    return room.last_message?.created_at ?? room.created_at;
}
