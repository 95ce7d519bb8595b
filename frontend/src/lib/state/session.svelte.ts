/* Who is sitting here: nobody known yet, nobody, or a user. The session itself is a cookie that scripts
 * cannot read; this module asks the server about it, makes it and ends it. */
import { asCommandError, CommandError } from '$lib/protocol/errors';
import type { PresenceChange, ErrorBody, User } from '$lib/protocol/gen/protocol';

export type SessionPhase = 'asking' | 'unreachable' | 'nobody' | 'somebody';
export type Fetch = (path: string, init?: RequestInit) => Promise<Response>;

const PATH = '/api/session';

export class Session {
    #phase = $state<SessionPhase>('asking');
    #me = $state.raw<User>();
    readonly #fetch: Fetch;

    constructor(fetch: Fetch = (path, init) => globalThis.fetch(path, init)) {
        this.#fetch = fetch;
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
        this.#phase = 'asking';
        try {
            const { user } = await this.#request<{ user: User }>('GET');
            this.update(user);
            this.#phase = 'somebody';
        } catch (thrown) {
            this.#phase = asCommandError(thrown).code === 'unauthorized' ? 'nobody' : 'unreachable';
        }
    }

    /** Becomes a new guest of that name; throws a CommandError when the name cannot be had. */
    async start(name: string): Promise<void> {
        const { user } = await this.#request<{ user: User }>('POST', { name });
        this.update(user);
        this.#phase = 'somebody';
    }

    async end(): Promise<void> {
        await this.#request('DELETE');
        this.lost();
    }

    /** The server no longer knows this session. */
    lost(): void {
        this.#me = undefined;
        this.#phase = 'nobody';
    }

    update(user: User): void {
        this.#me = { ...this.#me, ...user };
    }

    applyPresence({ status, text }: PresenceChange): void {
        if (this.#me) this.#me = { ...this.#me, status, status_text: text };
    }

    async #request<T>(method: string, body?: unknown): Promise<T> {
        const response = await this.#fetch(PATH, {
            method,
            headers: body ? { 'content-type': 'application/json' } : undefined,
            body: body ? JSON.stringify(body) : undefined,
        });
        if (response.status === 204) return undefined as T;
        const answer = await response.json().catch(() => ({}));
        if (response.ok) return answer as T;
        throw new CommandError((answer as { error?: ErrorBody }).error ?? httpError(response.status));
    }
}

function httpError(status: number): ErrorBody {
    return { code: status === 401 ? 'unauthorized' : 'unavailable', message: `HTTP ${status}` };
}
