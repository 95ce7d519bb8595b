/* Where unsent messages are kept: in the database, which all pages of the user share. Each passes through local
 * storage on its way there, because that is written before the page can go. */
import type { Database, Table } from './database';
import type { Entry } from './outbox.svelte';
import type { Store } from './storage';
import type { Tabs } from './tabs';

const NAME = 'outbox';

interface Options {
    store: Store;
    database: Database;
    tabs: Tabs;
}

export class OutboxShelf {
    #user = 0;
    readonly #store: Store;
    readonly #table: Table<Entry>;
    readonly #tabs: Tabs;

    constructor({ store, database, tabs }: Options) {
        this.#store = store;
        this.#table = database.table(NAME);
        this.#tabs = tabs;
    }

    /** Turns to the entries of `user`, and brings on its way what an earlier page had no time for. */
    openFor(user: number): void {
        this.#user = user;
        for (const key of this.#store.keys(this.#key(''))) {
            const entry = this.#store.read<Entry>(key);
            if (entry) this.keep(entry);
        }
    }

    /** Everything that is not sent yet, whichever page it was written on. */
    async all(): Promise<Entry[]> {
        const hurried = this.#store.keys(this.#key('')).map((key) => this.#store.read<Entry>(key));
        const byNonce = new Map<string, Entry>();
        for (const entry of [...(await this.#table.all(this.#user)), ...hurried]) if (entry) byNonce.set(entry.nonce, entry);
        return [...byNonce.values()];
    }

    keep(entry: Entry): void {
        const key = this.#key(entry.nonce);
        this.#store.write(key, entry);
        void this.#table.put(this.#user, entry.nonce, entry).then((kept) => {
            if (kept && this.#store.read<Entry>(key)?.state === entry.state) this.#store.remove(key);
            this.#tabs.tell(NAME);
        });
    }

    drop(nonce: string): void {
        this.#store.remove(this.#key(nonce));
        void this.#table.remove(this.#user, nonce).then(() => this.#tabs.tell(NAME));
    }

    /** Forgets everything of the user. */
    clear(): void {
        for (const key of this.#store.keys(this.#key(''))) this.#store.remove(key);
        void this.#table.clear(this.#user);
    }

    /** Runs `act` while no other page sends to that room. */
    alone(room: number, act: () => Promise<void>): Promise<void> {
        return this.#tabs.alone(`${NAME}.${this.#user}.${room}`, act);
    }

    /** Calls `act` when another page kept or dropped something. */
    watch(act: () => void): void {
        this.#tabs.hear(NAME, act);
    }

    #key(nonce: string): string {
        return `${NAME}.${this.#user}.${nonce}`;
    }
}
