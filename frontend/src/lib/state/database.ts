/* The browser's database, for what is too much for local storage: per user, values by key in a few tables.
 * It may be absent, full or forbidden: then values last as long as the page, and nothing breaks.
 *
 * Four operations on one kind of store: less than what a wrapper around IndexedDB would bring.
 */
export interface Table<T> {
    /** Everything of the user, by key. */
    all(user: number): Promise<T[]>;
    /** Resolves to whether the value outlives the page. */
    put(user: number, key: string, value: T): Promise<boolean>;
    remove(user: number, key: string): Promise<void>;
    /** Forgets everything of `user`; without one, of everybody. */
    clear(user?: number): Promise<void>;
}

export interface Database {
    table<T>(name: TableName): Table<T>;
}

const TABLES = ['outbox', 'seen'] as const;
export type TableName = (typeof TABLES)[number];

const NAME = 'parley';
const VERSION = 1;
/** A database that does not answer is none: nobody's message waits for it. */
const PATIENCE_MS = 3_000;

export function browserDatabase(factory: IDBFactory | undefined = globalThis.indexedDB): Database {
    const memory = memoryDatabase();
    let opened: Promise<IDBDatabase> | undefined;

    // Another page may bring a newer version, and the browser may throw the database away: then the next act
    // opens it again.
    function open(): Promise<IDBDatabase> {
        opened ??= openDatabase(factory, () => (opened = undefined));
        opened.catch(() => {});
        return opened;
    }

    async function run<R>(name: TableName, mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<R>): Promise<R> {
        const transaction = (await inTime(open())).transaction(name, mode);
        const request = act(transaction.objectStore(name));
        transaction.commit(); // by itself it would be after the answer, which a page that goes does not live to see
        const end = new Promise<void>((done, failed) => {
            transaction.oncomplete = () => done();
            transaction.onabort = () => failed(transaction.error);
        });
        await inTime(end);
        return request.result;
    }

    return {
        table<T>(name: TableName): Table<T> {
            const beside = memory.table<T>(name);
            return {
                all: async (user) => {
                    const kept = await run(name, 'readonly', (store) => store.getAll(keysOf(user))).catch(() => []);
                    return [...(kept as T[]), ...(await beside.all(user))];
                },
                put: async (user, key, value) => {
                    try {
                        await run(name, 'readwrite', (store) => store.put(value, [user, key]));
                        await beside.remove(user, key);
                        return true;
                    } catch {
                        return beside.put(user, key, value);
                    }
                },
                remove: async (user, key) => {
                    await beside.remove(user, key);
                    await run(name, 'readwrite', (store) => store.delete([user, key])).catch(() => {});
                },
                clear: async (user) => {
                    await beside.clear(user);
                    await run(name, 'readwrite', (store) => (user === undefined ? store.clear() : store.delete(keysOf(user)))).catch(() => {});
                },
            };
        },
    };
}

/** A database that forgets with the page. */
export function memoryDatabase(): Database {
    const tables = new Map<TableName, Map<number, Map<string, unknown>>>();
    const users = (name: TableName) => entryOf(tables, name, () => new Map<number, Map<string, unknown>>());
    return {
        table: <T>(name: TableName): Table<T> => ({
            all: async (user) => [...(users(name).get(user)?.values() ?? [])] as T[],
            put: async (user, key, value) => {
                entryOf(users(name), user, () => new Map()).set(key, value);
                return false;
            },
            remove: async (user, key) => void users(name).get(user)?.delete(key),
            clear: async (user) => (user === undefined ? users(name).clear() : void users(name).delete(user)),
        }),
    };
}

function openDatabase(factory: IDBFactory | undefined, lost: () => void): Promise<IDBDatabase> {
    return new Promise((opened, failed) => {
        const no = (error?: unknown) => {
            failed(error);
            lost();
        };
        if (!factory) return queueMicrotask(() => no(new Error('no database')));
        const request = factory.open(NAME, VERSION);
        request.onupgradeneeded = () => {
            for (const name of TABLES) if (!request.result.objectStoreNames.contains(name)) request.result.createObjectStore(name);
        };
        request.onerror = () => no(request.error);
        request.onsuccess = () => {
            request.result.onversionchange = () => (request.result.close(), lost());
            request.result.onclose = lost;
            opened(request.result);
        };
    });
}

function inTime<T>(promise: Promise<T>): Promise<T> {
    return new Promise((done, failed) => {
        const timer = setTimeout(() => failed(new Error('the database does not answer')), PATIENCE_MS);
        promise.then(done, failed).finally(() => clearTimeout(timer));
    });
}

/* Arrays sort after every string, and by their parts. */
function keysOf(user: number): IDBKeyRange {
    return IDBKeyRange.bound([user], [user, []]);
}

function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
    const value = map.get(key) ?? make();
    map.set(key, value);
    return value;
}
