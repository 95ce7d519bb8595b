/* What the user has written and the server has not yet confirmed.
 *
 *   waiting -> sending -> sent -> (gone, when message:new brings it)
 *                 |  ^
 *                 |  +-- waiting, after a pause, where the reason will pass
 *                 +----> failed, where it will not: the user retries, edits or deletes
 *
 * Invariants: per room one at a time, in order, whichever page they were written on; an entry is in storage until
 * the server has it, so nothing is lost with a page; every try of an entry carries the same nonce, so no try, and
 * no other page's, can post it twice.
 */
import { asCommandError, type CommandError } from '$lib/protocol/errors';
import type { Attachment, Message, Reply } from '$lib/protocol/gen/protocol';
import { makeNonce } from '$lib/text/nonce';
import type { Database } from './database';
import { OutboxShelf } from './outbox-shelf';
import type { Store } from './storage';
import type { Tabs } from './tabs';

export type EntryState = 'waiting' | 'sending' | 'sent' | 'failed';

/** What a message is besides its text. */
export interface Extras {
    /** What it answers. */
    readonly reply?: Reply;
    /** The root of the thread that it goes to. */
    readonly thread?: number;
    /** From the thread to the room as well. */
    readonly also_room?: true;
    /** Files that are on the server already. */
    readonly attachments?: readonly Attachment[];
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
    database: Database;
    tabs: Tabs;
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
    /* What this page has sent or dropped: what the shelf still says of it is late. */
    #done = new Set<string>();
    readonly #shelf: OutboxShelf;
    readonly #send: SendMessage;
    readonly #onMissing: (message: Message) => void;
    readonly #now: () => number;

    constructor({ store, database, tabs, send, onMissing = () => {}, now = Date.now }: Options) {
        this.#shelf = new OutboxShelf({ store, database, tabs });
        this.#send = send;
        this.#onMissing = onMissing;
        this.#now = now;
        this.#shelf.watch(() => void this.#catchUp());
    }

    /** What is on its way to a room, or to one of its threads. */
    in(room: number, thread?: number): readonly Entry[] {
        return this.#entries.filter((entry) => entry.room === room && entry.thread === thread);
    }

    /** How many wait for the connection. */
    get waiting(): number {
        return this.#entries.filter((entry) => entry.state === 'waiting').length;
    }

    /** How many the server has not got, whatever the reason. */
    get unsent(): number {
        return this.#entries.filter((entry) => entry.state !== 'sent').length;
    }

    /** Until when the server wants nothing more from us in `room`; 0 when it does. */
    pausedUntil(room: number): number {
        return this.#pausedUntil[room] ?? 0;
    }

    /** The nonce that one of our own messages was sent with, in this page's life: its key on the screen. */
    nonceOf(messageId: number): string | undefined {
        return this.#nonces.get(messageId);
    }

    /** Takes up what this user left unsent, on another page or in an earlier life of this one. */
    openFor(user: number): void {
        if (user === this.#user) return;
        this.#user = user;
        this.#entries = [];
        this.#shelf.openFor(user);
        void this.#catchUp();
    }

    /** Lets go of everybody's unsent messages on this page, not in storage. */
    close(): void {
        this.offline();
        this.#user = 0;
        this.#entries = [];
    }

    /** Forgets the user's unsent messages for good. */
    clear(): void {
        this.#shelf.clear();
        this.#entries = [];
    }

    online(): void {
        this.#online = true;
        this.#pumpAll();
    }

    offline(): void {
        this.#online = false;
    }

    add(room: number, body: string, extras: Extras = {}): void {
        // However the clock is set meanwhile, what is written later goes later.
        const at = Math.max(this.#now(), ...this.#entries.map((entry) => entry.at + 1));
        const entry: Entry = { ...extras, nonce: makeNonce(), room, body, at, state: 'waiting' };
        this.#entries = [...this.#entries, entry];
        this.#shelf.keep(entry);
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
        this.#leave(nonce);
        this.#shelf.drop(nonce);
        return entry;
    }

    /** The message of this nonce is in the room now. */
    confirm(nonce: string, message: Message): void {
        const entry = this.#find(nonce);
        if (!entry) return;
        this.#nonces.set(message.id, nonce);
        if (entry.state === 'sent') this.#leave(nonce);
        else this.remove(nonce);
    }

    /** The log of the room or thread holds whatever was sent up to now: nothing needs to stand in for it. */
    settle(room: number, thread?: number): void {
        for (const entry of this.in(room, thread)) if (entry.state === 'sent') this.#leave(entry.nonce);
    }

    /* Other pages write, send and drop as well: theirs is taken in, and what went there goes here. */
    async #catchUp(): Promise<void> {
        await this.#compare();
        this.#pumpAll();
    }

    async #compare(): Promise<void> {
        const user = this.#user;
        const before = new Set(this.#entries.map((entry) => entry.nonce));
        const kept = await this.#shelf.all();
        if (user !== this.#user || user === 0) return;
        const onShelf = new Map(kept.map((entry) => [entry.nonce, entry]));
        const ours = this.#entries.flatMap((entry) => withShelf(entry, onShelf.get(entry.nonce), before.has(entry.nonce)));
        const news = kept.filter(({ nonce }) => !this.#find(nonce) && !this.#done.has(nonce));
        this.#entries = [...ours, ...news].sort((a, b) => a.at - b.at);
        for (const { nonce, state, message } of ours) if (state === 'sent' && !message) this.#leaveLater(nonce);
    }

    #pumpAll(): void {
        for (const room of new Set(this.#entries.map((entry) => entry.room))) void this.#pump(room);
    }

    async #pump(room: number): Promise<void> {
        if (!this.#next(room) || this.#busy.has(room)) return;
        this.#busy.add(room);
        try {
            await this.#shelf.alone(room, () => this.#drain(room));
        } finally {
            this.#busy.delete(room);
        }
        void this.#pump(room);
    }

    async #drain(room: number): Promise<void> {
        await this.#compare();
        for (let entry = this.#next(room); entry; entry = this.#next(room)) {
            this.#edit(entry.nonce, { state: 'sending' });
            try {
                this.#sent(entry, await this.#send(entry));
            } catch (thrown) {
                this.#refused(entry, asCommandError(thrown));
            }
        }
    }

    #next(room: number): Entry | undefined {
        if (!this.#online || this.#held.has(room)) return undefined;
        return this.#entries.find((entry) => entry.room === room && entry.state === 'waiting');
    }

    #sent(entry: Entry, message: Message): void {
        this.#nonces.set(message.id, entry.nonce);
        this.#tries.delete(entry.nonce);
        this.#done.add(entry.nonce);
        this.#edit(entry.nonce, { state: 'sent', message });
        this.#shelf.drop(entry.nonce);
        if (this.#find(entry.nonce)) setTimeout(() => this.#find(entry.nonce) && this.#onMissing(message), MISSING_MS);
    }

    /* Another page sent it: its message comes here as well, or has come. */
    #leaveLater(nonce: string): void {
        setTimeout(() => this.#leave(nonce), MISSING_MS);
    }

    #leave(nonce: string): void {
        this.#entries = this.#entries.filter((entry) => entry.nonce !== nonce);
        this.#done.add(nonce);
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
        if (error.code === 'offline') this.offline();
        else this.#pause(entry.room, error.retryAfterMs ?? PAUSE_MS * tries, error.code === 'rate_limited');
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

    /* What is on its way when the page goes is not known to have arrived: on the shelf it waits. */
    #edit(nonce: string, changes: Partial<Entry>): Entry | undefined {
        this.#entries = this.#entries.map((entry) => (entry.nonce === nonce ? { ...entry, ...changes } : entry));
        const entry = this.#find(nonce);
        if (entry && (entry.state === 'waiting' || entry.state === 'failed')) this.#shelf.keep(entry);
        return entry;
    }

    #find(nonce: string): Entry | undefined {
        return this.#entries.find((entry) => entry.nonce === nonce);
    }
}

/* One of our entries beside what the shelf says of it. One that was there and is not any more was sent by another
 * page, or, where it had failed, dropped. */
function withShelf(entry: Entry, kept: Entry | undefined, known: boolean): Entry[] {
    if (entry.state === 'sending' || entry.state === 'sent' || !known) return [entry];
    if (kept) return [entry.state === 'waiting' && kept.state === 'waiting' ? entry : kept];
    return entry.state === 'failed' ? [] : [{ ...entry, state: 'sent' }];
}
