/* Objects of the protocol for tests, whole, with what matters to the test named. */
import type { Member, Message, Room, RoomMe, User } from '$lib/protocol/gen/protocol';

export function aUser(id: number, more: Partial<User> = {}): User {
    const name = more.name ?? `user${id}`;
    return { id, name, display_name: name, kind: 'guest', role: 'guest', status: 'online', last_seen: 0, ...more };
}

export function aMember(id: number, more: Partial<Member> = {}): Member {
    return { user: aUser(id), role: 'member', joined_at: 0, ...more };
}

export function aMe(more: Partial<RoomMe> = {}): RoomMe {
    return { role: 'member', read_seq: 0, unread: 0, mentions: 0, level: 'all', favorite: false, ...more };
}

export function aRoom(id: number, more: Partial<Room> = {}): Room {
    const name = more.name ?? `Room ${id}`;
    return {
        id,
        slug: name.toLowerCase().replace(/\s+/g, '-'),
        name,
        topic: '',
        kind: 'public',
        created_at: 0,
        archived: false,
        announcement: false,
        slow_mode_s: 0,
        member_count: 1,
        last_seq: 0,
        me: aMe(),
        ...more,
    };
}

export function aMessage(seq: number, more: Partial<Message> = {}): Message {
    const author = { id: 1, name: 'user1', display_name: 'user1', kind: 'guest' as const };
    const lists = { attachments: [], reactions: [], mentions: [] };
    return { id: 1000 + seq, room: 1, seq, author, body: `message ${seq}`, created_at: seq * 1000, ...lists, ...more };
}

/** Messages from seq `first` to `last`, in order. */
export function aRun(first: number, last: number): Message[] {
    return Array.from({ length: last - first + 1 }, (_, index) => aMessage(first + index));
}
