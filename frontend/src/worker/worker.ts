/* The service worker: the app opens without a network. It keeps the files of one build, and of the build before for
 * pages that still run it; it never keeps what the server says of anybody.
 *
 * The page itself is asked of the network first, so that an update is there at the next opening without anybody's
 * doing; the old one stands in when the network does not answer soon. Files with a hash never change and come from
 * the cache.
 */
import { kindOf, outdated } from './kind';

/** Put in by the build: every file that the app needs, and a name for just these. */
declare const FILES: readonly string[];
declare const BUILD: string;

interface Lasting extends Event {
    waitUntil(done: Promise<unknown>): void;
}
interface Fetching extends Event {
    readonly request: Request;
    respondWith(response: Promise<Response>): void;
}
interface WorkerScope {
    readonly location: Location;
    readonly clients: { claim(): Promise<void> };
    skipWaiting(): Promise<void>;
    addEventListener(type: 'install' | 'activate', listener: (event: Lasting) => void): void;
    addEventListener(type: 'fetch', listener: (event: Fetching) => void): void;
}
const scope = self as unknown as WorkerScope;

const PREFIX = 'parley-';
const NAME = PREFIX + BUILD;
const PAGE = '/index.html';
const PATIENCE_MS = 3_000;
const shell = new Set(FILES);

scope.addEventListener('install', (event) => event.waitUntil(install()));
scope.addEventListener('activate', (event) => event.waitUntil(activate()));
scope.addEventListener('fetch', (event) => {
    const kind = kindOf(event.request, scope.location.origin, shell);
    if (kind === 'page') event.respondWith(pageOf(event.request));
    else if (kind !== 'server') event.respondWith(fileOf(event.request, kind === 'hashed'));
});

/* All of a build or nothing of it. What has no hash in its name may lie in the browser's own cache as it was. */
async function install(): Promise<void> {
    const cache = await caches.open(NAME);
    await cache.addAll(FILES.map((file) => new Request(file, { cache: file.startsWith('/assets/') ? 'default' : 'reload' })));
    await scope.skipWaiting();
}

async function activate(): Promise<void> {
    await Promise.all(outdated(await caches.keys(), PREFIX).map((name) => caches.delete(name)));
    await scope.clients.claim();
}

async function pageOf(request: Request): Promise<Response> {
    const kept = await found(PAGE);
    if (!kept) return fetch(request);
    const late = new Promise<Response>((done) => setTimeout(() => done(kept), PATIENCE_MS));
    const fresh = fetch(request).then(
        (response) => (response.status < 500 ? response : kept),
        () => kept,
    );
    return Promise.race([fresh, late]);
}

async function fileOf(request: Request, forGood: boolean): Promise<Response> {
    const kept = await found(request);
    if (kept) return kept;
    const response = await fetch(request);
    if (forGood && response.ok) {
        const copy = response.clone();
        void caches.open(NAME).then((cache) => cache.put(request, copy));
    }
    return response;
}

async function found(request: Request | string): Promise<Response | undefined> {
    const own = await (await caches.open(NAME)).match(request, { ignoreVary: true });
    return own ?? caches.match(request, { ignoreVary: true });
}
