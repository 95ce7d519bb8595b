/* The browser's local storage, which may be absent, full or forbidden: then nothing is kept, and nothing
 * breaks. All keys of the app begin with `parley.`. */
export interface Store {
    read<T>(key: string): T | undefined;
    write(key: string, value: unknown): void;
    remove(key: string): void;
    /** The keys that begin with `prefix`. */
    keys(prefix: string): string[];
}

const ROOT = 'parley.';

export function browserStore(area: Storage | undefined = safeLocalStorage()): Store {
    return {
        read: (key) => attempt(() => JSON.parse(area?.getItem(ROOT + key) ?? 'null') ?? undefined),
        write: (key, value) => void attempt(() => area?.setItem(ROOT + key, JSON.stringify(value))),
        remove: (key) => void attempt(() => area?.removeItem(ROOT + key)),
        keys: (prefix) => attempt(() => keysOf(area, ROOT + prefix)) ?? [],
    };
}

/** A store that forgets with the page: for tests. */
export function memoryStore(): Store {
    const values = new Map<string, string>();
    return {
        read: (key) => (values.has(key) ? JSON.parse(values.get(key) as string) : undefined),
        write: (key, value) => void values.set(key, JSON.stringify(value)),
        remove: (key) => void values.delete(key),
        keys: (prefix) => [...values.keys()].filter((key) => key.startsWith(prefix)),
    };
}

function keysOf(area: Storage | undefined, prefix: string): string[] {
    const found: string[] = [];
    for (let index = 0; index < (area?.length ?? 0); index += 1) {
        const key = area?.key(index);
        if (key?.startsWith(prefix)) found.push(key.slice(ROOT.length));
    }
    return found;
}

function attempt<T>(act: () => T): T | undefined {
    try {
        return act();
    } catch {
        return undefined;
    }
}

function safeLocalStorage(): Storage | undefined {
    return attempt(() => localStorage);
}
