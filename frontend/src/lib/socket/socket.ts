/* The one connection to the server: typed commands out, typed events in, and always a way back.
 *
 * Around the stock client it adds what a chat needs:
 *   - "open" means that `ready` came, not merely that a transport stands. Commands before that fail with
 *     `offline` at once, so nothing is ever sent behind the caller's back.
 *   - Reconnecting is scheduled here, not by the client, because people want to see the countdown and to
 *     press "Retry now".
 *   - Resuming: the client library itself keeps pid and offset; `since`, the highest `pos` seen, goes along
 *     for the case that the pid is worth nothing any more.
 *   - Events and answers run through one FrameQueue: in the order of arrival, one rendering per frame.
 */
import { io } from 'socket.io-client';
import { CommandError } from '$lib/protocol/errors';
import type { Ack, CommandName, Data, EventName, Events, Payload, ErrorBody } from '$lib/protocol/gen/protocol';
import { backoffMs } from './backoff';
import { FrameQueue } from './frame-queue';

export const ACK_TIMEOUT_MS = 10_000;

export type ConnectionState =
    | { phase: 'idle' }
    | { phase: 'connecting'; attempt: number }
    | { phase: 'open' }
    | { phase: 'waiting'; attempt: number; retryAt: number }
    | { phase: 'refused'; error: CommandError };

/** What is needed of socket.io-client's Socket; tests bring their own. */
export interface Wire {
    connect(): unknown;
    disconnect(): unknown;
    on(event: string, listener: (...args: never[]) => void): unknown;
    onAny(listener: (event: string, payload: unknown) => void): unknown;
    timeout(ms: number): { emit(event: string, payload: unknown, done: (late: unknown, ack: unknown) => void): unknown };
}

export type Auth = { since?: number; rooms?: number };

/** As many rooms as the list shows on a few screens: the others come in pages. */
const ROOMS_AT_FIRST = 200;
export type MakeWire = (auth: (give: (auth: Auth) => void) => void) => Wire;

const stockWire: MakeWire = (auth) =>
    io({
        auth,
        autoConnect: false,
        reconnection: false,
        transports: ['websocket', 'polling'],
        tryAllTransports: true,
    }) as Wire;

interface Options {
    makeWire?: MakeWire;
    queue?: FrameQueue;
    random?: () => number;
}

type Listener<E extends EventName> = (payload: Events[E]) => void;

export class Socket {
    #state: ConnectionState = { phase: 'idle' };
    #since = 0;
    #attempt = 0;
    #timer: ReturnType<typeof setTimeout> | undefined;
    #listeners = new Map<string, Listener<never>[]>();
    #watchers: ((state: ConnectionState) => void)[] = [];
    readonly #wire: Wire;
    readonly #queue: FrameQueue;
    readonly #random: () => number;

    constructor({ makeWire = stockWire, queue = new FrameQueue(), random = Math.random }: Options = {}) {
        this.#queue = queue;
        this.#random = random;
        this.#wire = makeWire((give) => give({ rooms: ROOMS_AT_FIRST, ...(this.#since ? { since: this.#since } : {}) }));
        this.#wire.onAny((event, payload) => this.#receive(event as EventName, payload));
        this.#wire.on('disconnect', () => this.#lost());
        this.#wire.on('connect_error', (error: Error & { data?: ErrorBody }) => this.#failed(error.data));
    }

    get state(): ConnectionState {
        return this.#state;
    }

    /** Calls `listener` for every event of that name, for good. */
    on<E extends EventName>(event: E, listener: Listener<E>): void {
        const listeners = this.#listeners.get(event) ?? [];
        listeners.push(listener as Listener<never>);
        this.#listeners.set(event, listeners);
    }

    /** Calls `watcher` with every change of the connection's state. */
    watch(watcher: (state: ConnectionState) => void): void {
        this.#watchers.push(watcher);
    }

    open(): void {
        if (this.#state.phase !== 'idle' && this.#state.phase !== 'refused') return;
        this.#since = 0;
        this.#attempt = 0;
        this.#connect();
    }

    close(): void {
        clearTimeout(this.#timer);
        this.#move({ phase: 'idle' });
        this.#wire.disconnect();
    }

    /** Cuts a wait short. */
    retryNow(): void {
        if (this.#state.phase === 'waiting') this.#connect();
    }

    /** Sends a command and resolves with the data of its ack; rejects with a CommandError. */
    send<C extends CommandName>(command: C, payload: Payload<C>): Promise<Data<C>> {
        return new Promise((resolve, reject) => {
            if (this.#state.phase !== 'open') {
                reject(new CommandError({ code: 'offline', message: 'not connected' }));
                return;
            }
            this.#wire.timeout(ACK_TIMEOUT_MS).emit(command, payload, (late, ack) => {
                this.#queue.add(() => settle(late, ack as Ack<Data<C>>, resolve, reject));
            });
        });
    }

    #connect(): void {
        clearTimeout(this.#timer);
        this.#move({ phase: 'connecting', attempt: this.#attempt });
        this.#wire.connect();
    }

    #receive(event: EventName, payload: unknown): void {
        this.#queue.add(() => {
            if (this.#state.phase === 'idle') return;
            if (event === 'ready') this.#opened();
            const pos = (payload as { pos?: unknown } | null)?.pos;
            if (typeof pos === 'number') this.#since = event === 'ready' ? pos : Math.max(this.#since, pos);
            for (const listener of this.#listeners.get(event) ?? []) listener(payload as never);
        });
    }

    #opened(): void {
        this.#attempt = 0;
        this.#move({ phase: 'open' });
    }

    #failed(error: ErrorBody | undefined): void {
        if (error?.code === 'unauthorized') {
            this.#move({ phase: 'refused', error: new CommandError(error) });
            return;
        }
        this.#lost(error?.retry_after_ms);
    }

    /* Waits, then tries again; also when the server itself hung up: it may be on its way back. */
    #lost(leastMs = 0): void {
        if (this.#state.phase === 'idle' || this.#state.phase === 'refused') return;
        clearTimeout(this.#timer);
        this.#attempt += 1;
        const waitMs = Math.max(leastMs, backoffMs(this.#attempt, this.#random()));
        this.#timer = setTimeout(() => this.#connect(), waitMs);
        this.#move({ phase: 'waiting', attempt: this.#attempt, retryAt: Date.now() + waitMs });
    }

    #move(state: ConnectionState): void {
        this.#state = state;
        for (const watcher of this.#watchers) watcher(state);
    }
}

function settle<T>(late: unknown, ack: Ack<T>, resolve: (data: T) => void, reject: (error: CommandError) => void): void {
    if (late) reject(new CommandError({ code: 'timeout', message: 'no answer' }));
    else if (ack.ok) resolve(ack.data);
    else reject(new CommandError(ack.error));
}
