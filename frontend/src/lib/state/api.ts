/* Requests beside the socket: what comes before there is one, and what changes the cookie. */
import { CommandError } from '$lib/protocol/errors';
import type { ErrorBody } from '$lib/protocol/gen/protocol';

export type Fetch = (path: string, init?: RequestInit) => Promise<Response>;

export class Api {
    readonly #fetch: Fetch;

    constructor(fetch: Fetch = (path, init) => globalThis.fetch(path, init)) {
        this.#fetch = fetch;
    }

    /** The data of the answer; rejects with a CommandError. */
    async request<T>(method: string, path: string, body?: unknown): Promise<T> {
        const response = await this.#fetch(path, {
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
