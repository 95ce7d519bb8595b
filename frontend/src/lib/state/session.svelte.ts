/* Who is sitting here: nobody known yet, nobody, or a user. The session itself is a cookie that scripts
 * cannot read; this module asks the server about it, makes it and ends it. */
import { asCommandError } from '$lib/protocol/errors';
import type { PresenceChange, Registration, SessionGrant, User } from '$lib/protocol/gen/protocol';
import { Api } from './api';

export type SessionPhase = 'asking' | 'unreachable' | 'nobody' | 'somebody';

const PATH = '/api/session';

export class Session {
    #phase = $state<SessionPhase>('asking');
    #me = $state.raw<User>();
    readonly #api: Api;

    constructor(api: Api = new Api()) {
        this.#api = api;
    }

    get phase(): SessionPhase {
        return this.#phase;
    }

    /** The user, once known. */
    get me(): User | undefined {
        return this.#me;
    }

    /** The user's id; 0 while there is none. */
    get id(): number {
        return this.#me?.id ?? 0;
    }

    /** Asks who the cookie says we are. */
    async ask(): Promise<void> {
        try {
            const { user } = await this.#api.request<{ user: User }>('GET', PATH);
            this.#is(user);
        } catch (thrown) {
            this.#phase = asCommandError(thrown).code === 'unauthorized' ? 'nobody' : 'unreachable';
        }
    }

    /** Becomes a new guest of that name; rejects with a CommandError when the name cannot be had. */
    async start(name: string): Promise<void> {
        this.#is((await this.#api.request<SessionGrant>('POST', PATH, { name })).user);
    }

    async logIn(name: string, password: string): Promise<void> {
        this.#is((await this.#api.request<SessionGrant>('POST', PATH, { name, password })).user);
    }

    /** Makes an account; of a guest who is here, one that keeps all he has. */
    async register(wish: Registration): Promise<void> {
        this.#is((await this.#api.request<SessionGrant>('POST', '/api/users', wish)).user);
    }

    async end(): Promise<void> {
        await this.#api.request('DELETE', PATH);
        this.lost();
    }

    /** The server no longer knows this session. */
    lost(): void {
        this.#me = undefined;
        this.#phase = 'nobody';
    }

    /** Nobody can be asked: as long as nobody says otherwise it is the one who was here before. */
    assume(user: User): void {
        this.#is(user);
    }

    update(user: User): void {
        this.#me = { ...this.#me, ...user };
    }

    applyPresence({ status, text }: PresenceChange): void {
        if (this.#me) this.#me = { ...this.#me, status, status_text: text };
    }

    #is(user: User): void {
        this.update(user);
        this.#phase = 'somebody';
    }
}
