/* Notes of the operating system about what is said while the user looks elsewhere. By the room's level, and
 * none at all under "do not disturb". One note for each room: the newest takes the place of the one before,
 * and it goes when the room was read, here or on another device. */
import type { Message, Room, Status } from '$lib/protocol/gen/protocol';
import { calls } from '$lib/text/mentions';
import { t } from '$lib/text/strings';
import type { Notifier, Shown } from './notifier';
import type { OpenRoom } from './open-room.svelte';
import type { People } from './people.svelte';
import type { Prefs } from './prefs.svelte';
import type { RoomNames } from './room-names';
import { unreadOf, type Rooms } from './rooms.svelte';
import type { Router } from './router.svelte';
import type { Session } from './session.svelte';

const BODY_CHARS = 200;

interface Options {
    notifier: Notifier;
    prefs: Prefs;
    session: Session;
    rooms: Rooms;
    names: RoomNames;
    people: People;
    open: OpenRoom;
    router: Router;
    /** Whether the page is in front and has the focus. */
    attentive: () => boolean;
}

export class Notifications {
    #permission = $state<Notifier['permission']>('unsupported');
    #shown = new Map<number, Shown>();
    readonly #deps: Options;

    constructor(deps: Options) {
        this.#deps = deps;
        this.#permission = deps.notifier.permission;
    }

    get permission(): Notifier['permission'] {
        return this.#permission;
    }
    get on(): boolean {
        return this.#permission === 'granted' && this.#deps.prefs.notify;
    }

    /** Switches them on, asking the browser where it has not been asked; or off. */
    async turn(on: boolean): Promise<void> {
        const { prefs, notifier } = this.#deps;
        if (on && this.#permission === 'default') this.#permission = await notifier.ask();
        prefs.choose({ notify: on });
    }

    /** Switches the sound on, and lets it be heard; or off. */
    sound(on: boolean): void {
        this.#deps.prefs.choose({ sound: on });
        if (on) this.#deps.notifier.chime?.();
    }

    /** Shows a note of a message, or plays a sound, if there is to be one. */
    consider(message: Message): void {
        const { prefs, rooms, session, open, attentive, names, people, notifier } = this.#deps;
        const room = rooms.get(message.room);
        if (!room || !(this.on || prefs.sound)) return;
        if (attentive() && open.id === room.id) return;
        if (!wanted(message, room, session.id, session.me?.status ?? 'online')) return;
        if (prefs.sound) notifier.chime?.();
        if (!this.on) return;
        const author = people.nameOf(message.author);
        const title = names.partner(room) === undefined ? t.notify.title(author, names.of(room)) : author;
        const shown = notifier.show({ title, body: message.body.slice(0, BODY_CHARS), tag: `room-${room.id}`, onclick: () => this.#follow(room) });
        if (shown) this.#shown.set(room.id, shown);
    }

    /** Takes the room's note away once nothing in it is unread. */
    read(room: Room | undefined): void {
        if (!room || unreadOf(room) > 0) return;
        this.#shown.get(room.id)?.close();
        this.#shown.delete(room.id);
    }

    clear(): void {
        for (const shown of this.#shown.values()) shown.close();
        this.#shown.clear();
    }

    #follow(room: Room): void {
        window.focus();
        this.#deps.router.toRoom(room.slug);
    }
}

/** Whether this user wants to be told of this message. */
export function wanted(message: Message, room: Room, userId: number, status: Status): boolean {
    if (status === 'dnd' || message.author.id === userId) return false;
    const level = room.me?.level ?? 'all';
    return level === 'all' || (level === 'mentions' && calls(message, userId));
}
