/* What administrators see and do: accounts, rooms, invitations, settings, the audit log. Lists come page by
 * page; each act rejects with the CommandError of its command. */
import type {
    AccountBan, AuditEntry, Invite, Payload, Room, ServerSettings, Session as SessionEntry, User,
} from '$lib/protocol/gen/protocol';
import type { Socket } from '$lib/socket/socket';
import { Pages } from './pages.svelte';
import { SearchedPages } from './searched-pages.svelte';

export class Admin {
    readonly #socket: Socket;

    constructor(socket: Socket) {
        this.#socket = socket;
    }

    // ---- People

    users(): SearchedPages<User> {
        return new SearchedPages(async (query, last) => {
            const { users, more } = await this.#socket.send('user:list', { query, after: last?.id });
            return { items: users, more };
        });
    }

    async setRole(user: number, role: Payload<'server:role'>['role']): Promise<User> {
        return (await this.#socket.send('server:role', { user, role })).user;
    }

    async shut(user: number, on: boolean, reason?: string): Promise<void> {
        await this.#socket.send('server:ban', { user, on, reason });
    }

    shutAccounts(): Pages<AccountBan> {
        return new Pages(async (last) => {
            const { bans, more } = await this.#socket.send('server:bans', { after: last?.user.id });
            return { items: bans, more };
        });
    }

    sessionsOf(user: number): Pages<SessionEntry> {
        return new Pages(async () => {
            const { sessions } = await this.#socket.send('session:list', { user });
            return { items: sessions.sort((a, b) => b.used_at - a.used_at), more: false };
        });
    }

    async revoke(session: number): Promise<void> {
        await this.#socket.send('session:revoke', { session });
    }

    async revokeAll(user: number): Promise<void> {
        await this.#socket.send('session:revoke', { user });
    }

    // ---- Rooms

    rooms(): SearchedPages<Room> {
        return new SearchedPages(async (query, last) => {
            const { rooms, more } = await this.#socket.send('room:list', { query, archived: true, after: last?.id });
            return { items: rooms, more };
        });
    }

    // ---- Invitations

    invites(): Pages<Invite> {
        return new Pages(async (last) => {
            const { invites, more } = await this.#socket.send('invite:list', { after: last?.id });
            return { items: invites, more };
        });
    }

    /** Makes an invitation; resolves to its link, which is told only now. */
    async invite(wish: Payload<'invite:create'>): Promise<string> {
        const { secret } = await this.#socket.send('invite:create', wish);
        return `${location.origin}/invite#${secret}`;
    }

    async revokeInvite(invite: number): Promise<void> {
        await this.#socket.send('invite:revoke', { invite });
    }

    // ---- The server

    async settings(changes: Partial<ServerSettings>): Promise<ServerSettings> {
        return (await this.#socket.send('server:update', changes)).settings;
    }

    audit(): Pages<AuditEntry> {
        return new Pages(async (last) => {
            const { entries, more } = await this.#socket.send('audit:list', { before: last?.id });
            return { items: entries, more };
        });
    }
}

/** The roles that this administrator may give. */
export function rolesToGive(me: User | undefined): ('owner' | 'admin' | 'member')[] {
    return me?.role === 'owner' ? ['owner', 'admin', 'member'] : [];
}
