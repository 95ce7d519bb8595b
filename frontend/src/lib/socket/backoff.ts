/* How long to wait before the next try to connect. Doubling keeps a server that is down in peace, the spread
 * keeps ten thousand clients from returning to it in the same second. */
const FIRST_MS = 500;
const LONGEST_MS = 15_000;
const SPREAD = 0.4;

/** The wait before try number `attempt` (from 1); `random` is in [0, 1). */
export function backoffMs(attempt: number, random: number): number {
    const doubled = Math.min(FIRST_MS * 2 ** (attempt - 1), LONGEST_MS);
    return Math.round(doubled * (1 - SPREAD / 2 + SPREAD * random));
}
