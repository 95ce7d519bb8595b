/* What the user has written and the server has not yet confirmed.
 *
 *   waiting -> sending -> sent -> (gone, when message:new brings it)
 *                 |  ^
 *                 |  +-- waiting, after a pause, where the reason will pass
 *                 +----> failed, where it will not: the user retries, edits or deletes
 *
 * Invariants: per room one at a time, in order; an entry is in storage until the server has it, so a reload
 * loses nothing; every try of an entry carries the same nonce, so no try can post it twice.
 */
import { asCommandError, type CommandError } from '$lib/protocol/errors';
import type { Message, Reply } from '$lib/protocol/gen/protocol';
import { makeNonce } from '$lib/text/nonce';
import type { Store } from './storage';

export type EntryState = 'waiting' | 'sending' | 'sent' | 'failed';

/** What a message is besides its text. */
export interface Extras {
    /** What it answers. */
    readonly reply?: Reply;
    /** The root of the thread that it goes to. */
    readonly thread?: number;
    /** From the thread to the room as well. */
    readonly also_room?: true;
}

export interface Entry extends Extras {
    readonly nonce: string;
    readonly room: number;
    readonly body: string;
    readonly at: number;
    readonly state: EntryState;
    readonly error?: { code: string; message: string };
    readonly message?: Message;
}

export type SendMessage = (entry: Entry) => Promise<Message>;

const TRIES_MAX = 5;
const PAUSE_MS = 1_000;
const MISSING_MS = 3_000;

interface Options {
    store: Store;
    send: SendMessage;
    /** Called when a message was acked and its message:new has still not come after a while. */
    onMissing?: (message: Message) => void;
    now?: () => number;
}

export class Outbox {
    #entries = $state.raw<readonly Entry[]>([]);
    #pausedUntil = $state.raw<Readonly<Record<number, number>>>({});
    #user = 0;
    #online = false;
    #busy = new Set<number>();
    #held = new Set<number>();
    #tries = new Map<string, number>();
    #nonces = new Map<number, string>();
    readonly #store: Store;
    readonly #send: SendMessage;
    readonly #onMissing: (message: Message) => void;
    readonly #now: () => number;

    constructor({ store, send, onMissing = () => {}, now = Date.now }: Options) {
        this.#store = store;
        this.#send = send;
        this.#onMissing = onMissing;
        this.#now = now;
    }

    /** What is on its way to a room, or to one of its threads. */
    in(room: number, thread?: number): readonly Entry[] {
        return this.#entries.filter((entry) => entry.room === room && entry.thread === thread);
    }

    /** How many wait for the connection. */
    get waiting(): number {
        return this.#entries.filter((entry) => entry.state === 'waiting').length;
    }

    /** Until when the server wants nothing more from us in `room`; 0 when it does. */
    pausedUntil(room: number): number {
        return this.#pausedUntil[room] ?? 0;
    }

    /** The nonce that one of our own messages was sent with, in this page's life: its key on the screen. */
    nonceOf(messageId: number): string | undefined {
        return this.#nonces.get(messageId);
    }

    /** Takes up what this user left unsent, perhaps in an earlier life of the page. */
    openFor(user: number): void {
        if (user === this.#user) return;
        this.#user = user;
        this.#entries = this.#store
            .keys(this.#key(''))
            .map((key) => this.#store.read<Entry>(key))
            .filter((entry) => entry !== undefined)
            .sort((a, b) => a.at - b.at);
    }

    /** Forgets everybody's unsent messages on this page, not in storage. */
    close(): void {
        this.offline();
        this.#user = 0;
        this.#entries = [];
    }

    online(): void {
        this.#online = true;
        for (const room of new Set(this.#entries.map((entry) => entry.room))) void this.#pump(room);
    }

    offline(): void {
        this.#online = false;
    }

    add(room: number, body: string, extras: Extras = {}): void {
        const entry: Entry = { ...extras, nonce: makeNonce(), room, body, at: this.#now(), state: 'waiting' };
        this.#entries = [...this.#entries, entry];
        this.#keep(entry);
        void this.#pump(room);
    }

    retry(nonce: string): void {
        const entry = this.#edit(nonce, { state: 'waiting', error: undefined });
        this.#tries.delete(nonce);
        if (entry) void this.#pump(entry.room);
    }

    /** Drops an entry and hands it back, for instance to edit it. */
    remove(nonce: string): Entry | undefined {
        const entry = this.#find(nonce);
        this.#entries = this.#entries.filter((other) => other.nonce !== nonce);
        this.#store.remove(this.#key(nonce));
        return entry;
    }

    /** The message of this nonce is in the room now. */
    confirm(nonce: string, message: Message): void {
        if (!this.#find(nonce)) return;
        this.#nonces.set(message.id, nonce);
        this.remove(nonce);
    }

    /** The log of the room or thread holds whatever was sent up to now: nothing needs to stand in for it. */
    settle(room: number, thread?: number): void {
        for (const entry of this.in(room, thread)) if (entry.state === 'sent') this.remove(entry.nonce);
    }

    async #pump(room: number): Promise<void> {
        const entry = this.#entries.find((other) => other.room === room && other.state === 'waiting');
        if (!entry || !this.#online || this.#busy.has(room) || this.#held.has(room)) return;
        this.#busy.add(room);
        this.#edit(entry.nonce, { state: 'sending' });
        try {
            this.#sent(entry, await this.#send(entry));
        } catch (thrown) {
            this.#refused(entry, asCommandError(thrown));
        } finally {
            this.#busy.delete(room);
        }
        void this.#pump(room);
    }

    #sent(entry: Entry, message: Message): void {
        this.#nonces.set(message.id, entry.nonce);
        this.#tries.delete(entry.nonce);
        this.#edit(entry.nonce, { state: 'sent', message });
        this.#store.remove(this.#key(entry.nonce));
        if (this.#find(entry.nonce)) setTimeout(() => this.#find(entry.nonce) && this.#onMissing(message), MISSING_MS);
    }

    #refused(entry: Entry, error: CommandError): void {
        const tries = (this.#tries.get(entry.nonce) ?? 0) + 1;
        this.#tries.set(entry.nonce, tries);
        const hopeless = !error.passing || (tries >= TRIES_MAX && ['unavailable', 'internal'].includes(error.code));
        if (hopeless) {
            this.#edit(entry.nonce, { state: 'failed', error: { code: error.code, message: error.message } });
            return;
        }
        this.#edit(entry.nonce, { state: 'waiting' });
        if (error.code !== 'offline') this.#pause(entry.room, error.retryAfterMs ?? PAUSE_MS * tries, error.code === 'rate_limited');
    }

    /* Holds the room's messages back; `told` where the user should know for how long. */
    #pause(room: number, ms: number, told: boolean): void {
        this.#pausedUntil = { ...this.#pausedUntil, [room]: told ? this.#now() + ms : 0 };
        this.#held.add(room);
        setTimeout(() => {
            this.#held.delete(room);
            this.#pausedUntil = { ...this.#pausedUntil, [room]: 0 };
            void this.#pump(room);
        }, ms);
    }

    #edit(nonce: string, changes: Partial<Entry>): Entry | undefined {
        this.#entries = this.#entries.map((entry) => (entry.nonce === nonce ? { ...entry, ...changes } : entry));
        const entry = this.#find(nonce);
        if (entry && entry.state !== 'sent') this.#keep(entry);
        return entry;
    }

    #find(nonce: string): Entry | undefined {
        return this.#entries.find((entry) => entry.nonce === nonce);
    }

    /* What was on its way when the page went is not known to have arrived: it waits again. */
    #keep(entry: Entry): void {
        const state = entry.state === 'sending' ? 'waiting' : entry.state;
        this.#store.write(this.#key(entry.nonce), { ...entry, state });
    }

    #key(nonce: string): string {
        return `outbox.${this.#user}.${nonce}`;
    }
}
