/* A connection without a server: the test plays the other side. */
import type { CommandName, EventName, Events } from '$lib/protocol/gen/protocol';
import { FrameQueue } from '$lib/socket/frame-queue';
import { Socket, type Auth, type Wire } from '$lib/socket/socket';

interface Sent {
    command: string;
    payload: Record<string, unknown>;
    done: (late: unknown, ack: unknown) => void;
}

export class FakeWire implements Wire {
    /** Commands that were sent and not yet answered. */
    readonly sent: Sent[] = [];
    connects = 0;
    auth: Auth = {};
    #listeners = new Map<string, (...args: never[]) => void>();
    #any: (event: string, payload: unknown) => void = () => {};
    #giveAuth: (give: (auth: Auth) => void) => void;

    constructor(giveAuth: (give: (auth: Auth) => void) => void) {
        this.#giveAuth = giveAuth;
    }

    connect(): void {
        this.connects += 1;
        this.#giveAuth((auth) => (this.auth = auth));
    }
    disconnect(): void {}
    on(event: string, listener: (...args: never[]) => void): void {
        this.#listeners.set(event, listener);
    }
    onAny(listener: (event: string, payload: unknown) => void): void {
        this.#any = listener;
    }
    timeout() {
        return {
            emit: (command: string, payload: unknown, done: Sent['done']) => {
                this.sent.push({ command, payload: payload as Record<string, unknown>, done });
            },
        };
    }

    /** The server sends an event. */
    receive<E extends EventName>(event: E, payload: Events[E]): void {
        this.#any(event, payload);
    }
    /** The connection breaks; what was not answered never will be. */
    drop(): void {
        for (const { done } of this.sent.splice(0)) done(new Error('disconnected'), undefined);
        this.#listeners.get('disconnect')?.();
    }
    /** The server refuses the connection, or cannot be reached. */
    refuse(data?: { code: string; message: string; retry_after_ms?: number }): void {
        this.#listeners.get('connect_error')?.({ message: 'refused', data } as never);
    }

    /** The oldest unanswered command of that name. */
    pending(command: CommandName): Sent | undefined {
        return this.sent.find((other) => other.command === command);
    }
    async answer(command: CommandName, data: unknown): Promise<void> {
        this.#take(command).done(null, { ok: true, data });
        await settled();
    }
    async refuseCommand(command: CommandName, code: string, more: object = {}): Promise<void> {
        this.#take(command).done(null, { ok: false, error: { code, message: code, ...more } });
        await settled();
    }

    #take(command: CommandName): Sent {
        const index = this.sent.findIndex((other) => other.command === command);
        if (index < 0) throw new Error(`no ${command} was sent; only ${this.sent.map((sent) => sent.command).join(', ') || 'nothing'}`);
        return this.sent.splice(index, 1)[0] as Sent;
    }
}

/** A socket on a fake wire, whose frames end at once. */
export function fakeSocket(): { socket: Socket; wire: FakeWire } {
    let wire!: FakeWire;
    const socket = new Socket({
        makeWire: (auth) => (wire = new FakeWire(auth)),
        queue: new FrameQueue((run) => run()),
        random: () => 0.5,
    });
    return { socket, wire };
}

/** Lets all promises that can go on do so. */
export async function settled(): Promise<void> {
    for (let turn = 0; turn < 40; turn += 1) await Promise.resolve();
}
