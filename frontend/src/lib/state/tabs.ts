/* Several pages of one person in the same browser: what only one of them may do at a time, and what one tells
 * the others. Where the browser has no locks (a page that did not come over https), each does as if it were
 * alone: nothing may break by that, it may only be done twice. */
export interface Tabs {
    /** Runs `act` when no other page runs something of that name. */
    alone(name: string, act: () => Promise<void>): Promise<void>;
    /** Tells the other pages that something of that name changed. */
    tell(name: string): void;
    /** Calls `act` when another page told so. */
    hear(name: string, act: () => void): void;
}

/** Longer than anything that is done alone: a page that holds a lock and sleeps must not keep the others for ever. */
const PATIENCE_MS = 20_000;

export function browserTabs(): Tabs {
    const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('parley');
    const listeners = new Map<string, (() => void)[]>();
    channel?.addEventListener('message', ({ data }) => {
        for (const act of listeners.get(String(data)) ?? []) act();
    });
    return {
        alone: async (name, act) => {
            if (!navigator.locks) return act();
            let began = false;
            const acting = () => ((began = true), act());
            try {
                await navigator.locks.request(`parley.${name}`, { signal: AbortSignal.timeout(PATIENCE_MS) }, acting);
            } catch (error) {
                if (began) throw error;
                await act();
            }
        },
        tell: (name) => channel?.postMessage(name),
        hear: (name, act) => void listeners.set(name, [...(listeners.get(name) ?? []), act]),
    };
}

/** The only page there is. */
export function oneTab(): Tabs {
    return { alone: (_name, act) => act(), tell: () => {}, hear: () => {} };
}
