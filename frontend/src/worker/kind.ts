/* What the service worker does with a request, by what it asks for. */

/** page: a place within the app; hashed: a file that never changes; shell: another file of the app; server: none of
 *  the worker's business. */
export type Kind = 'page' | 'hashed' | 'shell' | 'server';

const SERVER = /^\/(api|socket\.io|files|hooks|metrics|healthz|readyz)(\/|$)/;

interface Asked {
    method: string;
    mode: string;
    url: string;
}

export function kindOf({ method, mode, url }: Asked, origin: string, shell: ReadonlySet<string>): Kind {
    const { origin: whose, pathname } = new URL(url);
    if (method !== 'GET' || whose !== origin || SERVER.test(pathname)) return 'server';
    if (mode === 'navigate') return pathname.includes('.') ? 'server' : 'page';
    if (pathname.startsWith('/assets/')) return 'hashed';
    return shell.has(pathname) ? 'shell' : 'server';
}

/** The caches that may go: all of ours but the present build's and the one before, whose pages may still stand open. */
export function outdated(names: readonly string[], prefix: string): string[] {
    return names.filter((name) => name.startsWith(prefix)).slice(0, -2);
}
