/* The user's own status: what he chose, and "away" by itself when nobody has looked at the page for a while. */
import type { Payload } from '$lib/protocol/gen/protocol';
import type { Socket } from '$lib/socket/socket';
import type { Session } from './session.svelte';

/** What one can choose; offline is what nobody is who can. */
export type OwnChoice = Payload<'user:status'>['status'];

export const IDLE_MS = 6 * 60_000;

export class OwnStatus {
    #timer: ReturnType<typeof setTimeout> | undefined;
    #awayByItself = false;
    readonly #socket: Socket;
    readonly #session: Session;

    constructor(socket: Socket, session: Session) {
        this.#socket = socket;
        this.#session = session;
    }

    /** The status as chosen; being connected makes it at least online. */
    get status(): OwnChoice {
        const status = this.#session.me?.status ?? 'online';
        return status === 'offline' ? 'online' : status;
    }
    get text(): string {
        return this.#session.me?.status_text ?? '';
    }

    /** Without `text` the words stay as they are. */
    async choose(status: OwnChoice, text?: string): Promise<void> {
        this.#awayByItself = false;
        await this.#tell(status, text);
    }

    toggleDnd(): Promise<void> {
        return this.choose(this.status === 'dnd' ? 'online' : 'dnd');
    }

    /** The page came into sight or went out of it. */
    looking(looked: boolean): void {
        clearTimeout(this.#timer);
        if (looked && this.#awayByItself) {
            this.#awayByItself = false;
            void this.#tell('online').catch(() => {});
        }
        if (!looked && this.status === 'online') this.#timer = setTimeout(() => this.#goAway(), IDLE_MS);
    }

    #goAway(): void {
        this.#awayByItself = true;
        void this.#tell('away').catch(() => (this.#awayByItself = false));
    }

    async #tell(status: OwnChoice, text?: string): Promise<void> {
        const { user } = await this.#socket.send('user:status', { status, text });
        this.#session.update(user);
    }
}
