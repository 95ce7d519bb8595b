/* What moderators do to people and messages, and what everybody can tell them. Each rejects with the
 * CommandError of its command; what it changes comes back as events. */
import type { Ban, Invite, MemberRole, Payload, User } from '$lib/protocol/gen/protocol';
import type { Socket } from '$lib/socket/socket';
import type { OpenedRooms } from './opened-rooms';
import { Pages } from './pages.svelte';
import type { People } from './people.svelte';

export class Moderation {
    readonly #socket: Socket;
    readonly #opened: OpenedRooms;
    readonly #people: People;

    constructor({ socket, opened, people }: { socket: Socket; opened: OpenedRooms; people: People }) {
        this.#socket = socket;
        this.#opened = opened;
        this.#people = people;
    }

    async invite(room: number, user: User): Promise<void> {
        const { member } = await this.#socket.send('room:invite', { room, user: user.id });
        this.#opened.get(room)?.members.put(member);
    }

    async kick(wish: Payload<'room:kick'>): Promise<void> {
        await this.#socket.send('room:kick', wish);
    }

    async ban(wish: Payload<'room:ban'>): Promise<void> {
        await this.#socket.send('room:ban', wish);
    }

    /** Who is kept out of a room. */
    bans(room: number): Pages<Ban> {
        return new Pages(async (last) => {
            const { bans, more } = await this.#socket.send('room:bans', { room, after: last?.user.id });
            return { items: bans, more };
        });
    }

    /** The invitations to the server that lead into a room. */
    invitesInto(room: number): Pages<Invite> {
        return new Pages(async (last) => {
            const { invites, more } = await this.#socket.send('invite:list', { room, after: last?.id });
            await this.#people.fetch(invites.map((invite) => invite.by), this.#socket);
            return { items: invites, more };
        });
    }

    /** Takes the room out of an invitation; what else it leads to stays. */
    async closeInvite(room: number, { id }: Invite): Promise<void> {
        await this.#socket.send('invite:revoke', { invite: id, room });
    }

    async mute(wish: Payload<'room:mute'>): Promise<void> {
        await this.#socket.send('room:mute', wish);
    }

    async setRole(room: number, user: number, role: MemberRole): Promise<void> {
        await this.#socket.send('room:role', { room, user, role });
    }

    async report(message: number, reason: string): Promise<void> {
        await this.#socket.send('message:report', { message, reason: reason || undefined });
    }

    async deleteMessage(message: number): Promise<void> {
        await this.#socket.send('message:delete', { message });
    }
}
