/* Where a message can be forwarded to, and what goes there: its text as a quote, whose it is, and the way back to it. */
import type { Message, Room } from '$lib/protocol/gen/protocol';
import type { App } from '$lib/state/app.svelte';
import { closedBecause } from '$lib/state/policy';
import { best } from '$lib/text/search';
import { t } from '$lib/text/strings';
import { ListCursor } from '$lib/ui/list-cursor.svelte';
import { linkTo } from './acts';

const SHOWN_MAX = 12;

export interface Target {
    key: string;
    room: Room;
}

export class Forward {
    query = $state('');
    readonly #app: App;
    readonly #message: Message;
    #targets = $derived.by(() => this.#find());
    readonly cursor = new ListCursor<Target>(() => this.#targets);

    constructor(app: App, message: Message) {
        this.#app = app;
        this.#message = message;
    }

    get targets(): readonly Target[] {
        return this.#targets;
    }

    send({ room }: Target): void {
        const { outbox, people, rooms, toasts, names } = this.#app;
        const from = rooms.get(this.#message.room);
        const link = from ? ` ${linkTo(from.slug, this.#message)}` : '';
        const author = people.nameOf(this.#message.author);
        outbox.add(room.id, `${quoted(this.#message.body)}\n\n${t.message.forwardedFrom(author)}${link}`);
        toasts.show(t.message.forwarded(names.of(room)));
    }

    #find(): Target[] {
        const { rooms, names, session, clock } = this.#app;
        const open = rooms.inOrder.filter((room) => !closedBecause(room, session.me, clock.now()));
        return best(open, this.query, (room) => [names.of(room)], SHOWN_MAX).map((room) => ({ key: `room-${room.id}`, room }));
    }
}

function quoted(text: string): string {
    return text.replace(/^/gm, '> ');
}
