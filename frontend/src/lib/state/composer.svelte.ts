/* What is being written in the open room. It is never locked: offline, the outbox waits in its stead. */
import type { Drafts } from './drafts';
import type { Outbox } from './outbox.svelte';

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
    now?: () => number;
}

export class Composer {
    #room = $state(0);
    #text = $state('');
    #typedAt = 0;
    readonly #deps: Options;
    readonly #now: () => number;

    #length = $derived([...this.#text].length);

    constructor(deps: Options) {
        this.#deps = deps;
        this.#now = deps.now ?? Date.now;
    }

    get room(): number {
        return this.#room;
    }
    get text(): string {
        return this.#text;
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
        return this.#room !== 0 && this.#text.trim() !== '' && !this.tooLong;
    }

    /** Puts the room's draft in front of the user. */
    open(room: number): void {
        if (room === this.#room) return;
        this.#stopTyping();
        this.#room = room;
        this.#text = room ? this.#deps.drafts.get(room) : '';
    }

    input(text: string): void {
        this.#text = text;
        if (!this.#room) return;
        this.#deps.drafts.set(this.#room, text);
        if (text.trim()) this.#keepTyping();
        else this.#stopTyping();
    }

    /** Sends what is written; false when there is nothing that can be sent. */
    send(): boolean {
        if (!this.ready) return false;
        this.#deps.outbox.add(this.#room, this.#text.trim());
        this.#text = '';
        this.#typedAt = 0;
        this.#deps.drafts.set(this.#room, '');
        return true;
    }

    /** Puts a message that could not be sent before what is being written. */
    takeBack(body: string): void {
        this.input(this.#text.trim() ? `${body}\n${this.#text}` : body);
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
