/* What the user saw last, kept in the browser for the time without a server: the list of rooms, and the end of the
 * log of those that were open. Bounded, of one user, and wiped when he logs out or his session ends. */
import type { Message, Room, ServerSettings, User } from '$lib/protocol/gen/protocol';
import type { Database, Table } from './database';
import type { OpenedRooms } from './opened-rooms';
import type { People } from './people.svelte';
import type { Rooms } from './rooms.svelte';
import type { ServerInfo } from './server-info.svelte';
import type { Session } from './session.svelte';
import type { Store } from './storage';

const ROOMS_MAX = 200;
const LOGS_MAX = 12;
const MESSAGES_MAX = 50;
const KEEP_MS = 500;

interface Home {
    kind: 'home';
    rooms: readonly Room[];
    users: readonly User[];
    settings: ServerSettings;
}
interface Log {
    kind: 'log';
    room: number;
    messages: readonly Message[];
    has_before: boolean;
    at: number;
}

interface Options {
    store: Store;
    database: Database;
    session: Session;
    server: ServerInfo;
    rooms: Rooms;
    people: People;
    opened: OpenedRooms;
}

export class Seen {
    #timer: ReturnType<typeof setTimeout> | undefined;
    #written = new Map<number, readonly Message[]>();
    readonly #table: Table<Home | Log>;
    readonly #deps: Options;

    constructor(deps: Options) {
        this.#deps = deps;
        this.#table = deps.database.table('seen');
    }

    /** Something may have changed: within a moment it is kept. */
    keepSoon(): void {
        this.#timer ??= setTimeout(() => void this.keep(), KEEP_MS);
    }

    async keep(): Promise<void> {
        clearTimeout(this.#timer);
        this.#timer = undefined;
        const { store, session, server, rooms, people } = this.#deps;
        if (!session.me || !rooms.loaded) return;
        store.write('me', session.me);
        const list = rooms.inOrder.slice(0, ROOMS_MAX);
        const users = [...new Set(list.flatMap((room) => room.users ?? []))].map((id) => people.get(id)).filter((user) => user !== undefined);
        const home: Home = { kind: 'home', rooms: list, users, settings: server.settings };
        await Promise.all([this.#table.put(session.id, 'home', home), ...list.map((room) => this.#keepLog(room.id))]);
    }

    /** Brings back what was seen; false where there is nothing. */
    async recall(): Promise<boolean> {
        const { store, session, server, rooms, people, opened } = this.#deps;
        const me = store.read<User>('me');
        const rows = me ? await this.#table.all(me.id) : [];
        const home = rows.find((row) => row.kind === 'home');
        if (!me || !home) return false;
        session.assume(me);
        server.apply(home.settings);
        people.merge([me, ...home.users]);
        rooms.reset(home.rooms);
        const logs = rows.filter((row) => row.kind === 'log').sort((a, b) => a.at - b.at);
        for (const { room } of logs.slice(0, -LOGS_MAX)) void this.#table.remove(me.id, String(room));
        for (const { room, messages, has_before } of logs.slice(-LOGS_MAX)) {
            if (rooms.get(room)) opened.visit(room).timeline.load({ messages: [...messages], has_before, has_after: false });
        }
        return true;
    }

    clear(): void {
        clearTimeout(this.#timer);
        this.#timer = undefined;
        this.#written.clear();
        this.#deps.store.remove('me');
        void this.#table.clear();
    }

    /* Only what changed, and only the end of the log. */
    async #keepLog(room: number): Promise<void> {
        const timeline = this.#deps.opened.get(room)?.timeline;
        if (!timeline || timeline.phase !== 'ready' || timeline.hasAfter || this.#written.get(room) === timeline.messages) return;
        this.#written.set(room, timeline.messages);
        const messages = timeline.messages.slice(-MESSAGES_MAX);
        const has_before = timeline.hasBefore || messages.length < timeline.messages.length;
        await this.#table.put(this.#deps.session.id, String(room), { kind: 'log', room, messages, has_before, at: Date.now() });
    }
}
