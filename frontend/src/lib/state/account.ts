/* The user's own account: how he is shown, what lets him in, and where he is logged in. */
import type { InvitePreview, Payload, Room, Session as SessionEntry } from '$lib/protocol/gen/protocol';
import type { Socket } from '$lib/socket/socket';
import type { Api } from './api';
import { Pages } from './pages.svelte';
import type { Session } from './session.svelte';

interface Options {
    socket: Socket;
    session: Session;
    api: Api;
}

export class Account {
    readonly #deps: Options;

    constructor(deps: Options) {
        this.#deps = deps;
    }

    async rename(wish: Payload<'user:rename'>): Promise<void> {
        const { user } = await this.#deps.socket.send('user:rename', wish);
        this.#deps.session.update(user);
    }

    /** A guest keeps all he has and gets a password; his connections start anew. */
    async becomeMember(password: string): Promise<void> {
        const { session } = this.#deps;
        await session.register({ name: session.me?.name ?? '', password });
    }

    async changePassword(password: string, fresh: string): Promise<void> {
        await this.#deps.api.request('PUT', '/api/password', { password, new_password: fresh });
    }

    /** The places where the user is logged in, this one first, then those used last. */
    sessions(): Pages<SessionEntry> {
        return new Pages(async () => {
            const { sessions } = await this.#deps.socket.send('session:list', {});
            const items = sessions.sort((a, b) => Number(b.current) - Number(a.current) || b.used_at - a.used_at);
            return { items, more: false };
        });
    }

    async revoke({ id }: SessionEntry): Promise<void> {
        await this.#deps.socket.send('session:revoke', { session: id });
    }

    async revokeOthers(): Promise<void> {
        await this.#deps.socket.send('session:revoke', { others: true });
    }

    /** What an invitation leads to. */
    look(secret: string): Promise<InvitePreview> {
        return this.#deps.api.request('POST', '/api/invite', { invite: secret });
    }

    /** Takes an invitation as the one who is signed in; resolves to its rooms. */
    async accept(secret: string): Promise<readonly Room[]> {
        return (await this.#deps.socket.send('invite:use', { invite: secret })).rooms;
    }
}
