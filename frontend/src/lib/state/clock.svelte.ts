/* The time, as the page shows it: server time, and a minute hand for everything that ages on the screen.
 * One timer serves all of it. */
const TICK_MS = 20_000;

export class Clock {
    #tick = $state(Date.now());
    #skewMs = 0;
    #timer: ReturnType<typeof setInterval> | undefined;

    /** A recent time that re-renders what reads it; for labels like "Today". */
    get minute(): number {
        return this.#tick;
    }

    /** The server's time now. */
    now(): number {
        return Date.now() + this.#skewMs;
    }

    /** Learns from the server how wrong this machine's clock is. */
    correct(serverNow: number): void {
        this.#skewMs = serverNow - Date.now();
        this.#tick = this.now();
    }

    start(): void {
        this.#timer ??= setInterval(() => (this.#tick = this.now()), TICK_MS);
    }
}
