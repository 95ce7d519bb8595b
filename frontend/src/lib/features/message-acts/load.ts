/** Fetches what one needs to act on messages: for the first one that somebody points at or steps on. */
export const loadActs = () => import('./chunk');
