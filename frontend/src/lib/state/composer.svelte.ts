/* What is being written in a room or a thread, and what it answers. It is never locked: offline, the outbox waits in
 * its stead. */
import type { Attachment, Message, Reply } from '$lib/protocol/gen/protocol';
import type { Drafts, Offer } from './drafts.svelte';
import type { Outbox } from './outbox.svelte';
import type { Tray } from './tray.svelte';

export const BODY_CHARS_MAX = 8_000;
export const COUNTER_FROM = 7_500;
const TYPING_EVERY_MS = 3_000;

const encoder = new TextEncoder();

interface Options {
    drafts: Drafts;
    outbox: Outbox;
    /** Tells the room that the user is, or is no longer, writing. */
    typing: (room: number, on: boolean) => void;
    bodyBytesMax: () => number;
    /** A new one, for the files of a room or a thread. */
    tray: () => Tray;
    now?: () => number;
}

export class Composer {
    #room = $state(0);
    #text = $state('');
    #thread: number | undefined;
    #answered = $state.raw<Message>();
    /** By room and thread: files on their way are not lost by looking elsewhere. */
    readonly #trays = new Map<string, Tray>();
    #tray: Tray;
    /** From a thread to the room as well. */
    alsoRoom = $state(false);
    #typedAt = 0;
    readonly #deps: Options;
    readonly #now: () => number;

    #length = $derived([...this.#text].length);

    constructor(deps: Options) {
        this.#deps = deps;
        this.#tray = $state.raw(this.#trayOf(0));
        this.#now = deps.now ?? Date.now;
        deps.drafts.watch((room, thread) => {
            if (room === this.#room && thread === this.#thread) this.#text = deps.drafts.get(room, thread);
        });
    }

    get room(): number {
        return this.#room;
    }
    get text(): string {
        return this.#text;
    }
    /** The files that go with it. */
    get tray(): Tray {
        return this.#tray;
    }
    /** The message that is answered. */
    get answered(): Message | undefined {
        return this.#answered;
    }
    /** Another version of the draft that the user may want instead. */
    get offer(): Offer | undefined {
        return this.#deps.drafts.offer(this.#room, this.#thread);
    }
    /** Characters left, once they are few. */
    get left(): number | undefined {
        return this.#length >= COUNTER_FROM ? BODY_CHARS_MAX - this.#length : undefined;
    }
    get tooLong(): boolean {
        if (this.#length > BODY_CHARS_MAX) return true;
        return this.#length * 4 > this.#deps.bodyBytesMax() && encoder.encode(this.#text).length > this.#deps.bodyBytesMax();
    }
    get ready(): boolean {
        const something = this.#text.trim() !== '' || this.#tray.items.length > 0;
        return this.#room !== 0 && something && !this.#tray.busy && !this.tooLong;
    }

    /** Puts the draft of the room, or of the thread of a root in it, in front of the user. */
    open(room: number, thread?: number): void {
        if (room === this.#room && thread === this.#thread) return;
        this.#stopTyping();
        this.#room = room;
        this.#thread = thread;
        this.#answered = undefined;
        this.#tray = this.#trayOf(room, thread);
        this.#text = room ? this.#deps.drafts.get(room, thread) : '';
    }

    /** What is written next answers `message`; without one it answers nothing. */
    answer(message: Message | undefined): void {
        this.#answered = message;
    }

    takeOffer(): void {
        this.#deps.drafts.take(this.#room, this.#thread);
    }

    dismissOffer(): void {
        this.#deps.drafts.dismiss(this.#room, this.#thread);
    }

    input(text: string): void {
        this.#text = text;
        if (!this.#room) return;
        this.#deps.drafts.set(this.#room, text, this.#thread);
        if (text.trim()) this.#keepTyping();
        else this.#stopTyping();
    }

    /** Sends what is written; false when there is nothing that can be sent. */
    send(): boolean {
        if (!this.ready) return false;
        const reply = this.#answered && replyTo(this.#answered);
        const files = this.#tray.take();
        const attachments = files.length > 0 ? files : undefined;
        this.#deps.outbox.add(this.#room, this.#text.trim(), { reply, thread: this.#thread, also_room: this.alsoRoom || undefined, attachments });
        this.#text = '';
        this.#typedAt = 0;
        this.#answered = undefined;
        this.alsoRoom = false;
        this.#deps.drafts.set(this.#room, '', this.#thread);
        return true;
    }

    /** Puts a message that could not be sent before what is being written. */
    takeBack(body: string, attachments: readonly Attachment[] = []): void {
        this.#tray.putBack(attachments);
        this.input(this.#text.trim() ? `${body}\n${this.#text}` : body);
    }

    #trayOf(room: number, thread = 0): Tray {
        const key = `${room}.${thread}`;
        const tray = this.#trays.get(key) ?? this.#deps.tray();
        this.#trays.set(key, tray);
        return tray;
    }

    #keepTyping(): void {
        if (this.#now() - this.#typedAt < TYPING_EVERY_MS) return;
        this.#typedAt = this.#now();
        this.#deps.typing(this.#room, true);
    }

    #stopTyping(): void {
        if (this.#typedAt && this.#now() - this.#typedAt < 2 * TYPING_EVERY_MS) this.#deps.typing(this.#room, false);
        this.#typedAt = 0;
    }
}

const EXCERPT_CHARS = 140;

/* What a reply will show of the message that it answers, as the server says it later. */
function replyTo({ id, seq, author, body }: Message): Reply {
    return { id, seq, author, excerpt: [...body.replace(/\s+/g, ' ')].slice(0, EXCERPT_CHARS).join('') };
}
