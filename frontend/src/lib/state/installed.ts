/* The service worker as the page sees it: there once the page has nothing better to do, and replaced when the server
 * has another build of the app. */
const WORKER = '/sw.js';
const PAGE = '/index.html';

interface Policy {
    createScriptURL(url: string): unknown;
}
type TrustedTypes = { createPolicy(name: string, rules: Policy): Policy };

export class Installed {
    #registration: ServiceWorkerRegistration | undefined;
    readonly #updated: () => void;

    /** `updated` is called when the next opening would bring another build than the one that runs. */
    constructor(updated: () => void) {
        this.#updated = updated;
    }

    async start(): Promise<void> {
        const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
        if (!workers) return;
        workers.addEventListener('controllerchange', () => void this.#compare());
        try {
            this.#registration = await workers.register(trusted(WORKER), { updateViaCache: 'none' });
        } catch {
            // Without it the app is merely not there while offline.
        }
    }

    /** Looks for another build: a good moment is when the server came back. */
    check(): void {
        this.#registration?.update().catch(() => {});
    }

    /* The page may have come from the network and be as new as the worker that now takes over. */
    async #compare(): Promise<void> {
        const newest = (await caches.keys()).at(-1);
        const page = newest && (await (await caches.open(newest)).match(PAGE, { ignoreVary: true }));
        const script = new URL(import.meta.url).pathname;
        if (page && !(await page.text()).includes(script)) this.#updated();
    }
}

/* The policy of the page takes no bare address of a script. */
function trusted(url: string): string {
    const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
    const policy = trustedTypes?.createPolicy('parley-worker', { createScriptURL: () => WORKER });
    return (policy?.createScriptURL(url) ?? url) as string;
}
