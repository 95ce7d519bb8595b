/** Runs `act` when the browser has nothing better to do; gives back what calls it off. */
export function whenIdle(act: () => void): () => void {
    if (typeof requestIdleCallback === 'function') {
        const handle = requestIdleCallback(act);
        return () => cancelIdleCallback(handle);
    }
    const timer = setTimeout(act, 2000);
    return () => clearTimeout(timer);
}
