/* The connection as people see it: nothing for the first second of trouble, then what is happening and when
 * the next try is, and for a moment that it is over. */
import type { ConnectionState, Socket } from '$lib/socket/socket';

export const QUIET_MS = 1_000;
export const OFFLINE_AFTER_MS = 5_000;
export const BACK_MS = 1_500;

export type Banner =
    | { kind: 'none' }
    | { kind: 'reconnecting'; attempt: number; retryInS?: number }
    | { kind: 'offline'; retryInS?: number }
    | { kind: 'back' };

interface Seen {
    state: ConnectionState;
    /** When the connection went, and when it last came back after a banner was shown. */
    downSince?: number;
    backSince?: number;
    networkOff: boolean;
    now: number;
}

export function bannerOf({ state, downSince, backSince, networkOff, now }: Seen): Banner {
    if (state.phase === 'open') {
        return backSince !== undefined && now - backSince < BACK_MS ? { kind: 'back' } : { kind: 'none' };
    }
    if (downSince === undefined || now - downSince < QUIET_MS) return { kind: 'none' };
    const retryInS = state.phase === 'waiting' ? Math.max(0, Math.ceil((state.retryAt - now) / 1000)) : undefined;
    if (networkOff || now - downSince > OFFLINE_AFTER_MS) return { kind: 'offline', retryInS: networkOff ? undefined : retryInS };
    const attempt = state.phase === 'waiting' || state.phase === 'connecting' ? Math.max(1, state.attempt) : 1;
    return { kind: 'reconnecting', attempt, retryInS };
}

const TICK_MS = 250;

export class Connection {
    #state = $state.raw<ConnectionState>({ phase: 'idle' });
    #networkOff = $state(false);
    #downSince = $state<number>();
    #backSince = $state<number>();
    #now = $state(Date.now());
    #timer: ReturnType<typeof setInterval> | undefined;
    readonly #socket: Socket;

    #banner = $derived(
        bannerOf({
            state: this.#state,
            downSince: this.#downSince,
            backSince: this.#backSince,
            networkOff: this.#networkOff,
            now: this.#now,
        }),
    );

    constructor(socket: Socket) {
        this.#socket = socket;
        socket.watch((state) => this.#follow(state));
    }

    get banner(): Banner {
        return this.#banner;
    }
    get open(): boolean {
        return this.#state.phase === 'open';
    }

    retryNow(): void {
        this.#socket.retryNow();
    }

    /** The browser's own word on the network, which only counts where it is bad news. */
    setNetwork(on: boolean): void {
        this.#networkOff = !on;
        if (on) this.#socket.retryNow();
    }

    #follow(state: ConnectionState): void {
        this.#now = Date.now();
        const shown = this.#banner.kind === 'reconnecting' || this.#banner.kind === 'offline';
        if (state.phase === 'open') {
            this.#backSince = shown ? this.#now : undefined;
            this.#downSince = undefined;
        } else if (state.phase === 'idle' || state.phase === 'refused') {
            this.#downSince = undefined;
        } else {
            this.#downSince ??= this.#now;
        }
        this.#state = state;
        this.#keepTime();
    }

    /* The clock ticks only while a banner stands or may come. */
    #keepTime(): void {
        clearInterval(this.#timer);
        if (this.#downSince === undefined && this.#backSince === undefined) return;
        this.#timer = setInterval(() => {
            this.#now = Date.now();
            const over = this.#downSince === undefined && this.#banner.kind === 'none';
            if (over) clearInterval(this.#timer);
        }, TICK_MS);
    }
}
