/* The protocol's objects, commands and events, as far as the web app uses them. */

export type Status = 'online' | 'away' | 'dnd';
export type Presence = Status | 'offline';
export type UserKind = 'guest' | 'member' | 'bot';
export type ServerRole = 'owner' | 'admin' | 'member' | 'guest';
export type RoomRole = 'owner' | 'moderator' | 'member';
export type Level = 'all' | 'mentions' | 'none';

export interface User {
    id: number;
    name: string;
    display_name: string;
    kind: UserKind;
    role: ServerRole;
    color?: string | number;
    avatar?: string;
    status: Presence;
    status_text?: string;
    last_seen: number;
}

export interface RoomMe {
    role: RoomRole;
    read_seq: number;
    unread: number;
    mentions: number;
    level: Level;
    favorite: boolean;
}

export interface Room {
    id: number;
    slug: string;
    name: string;
    topic: string;
    kind: 'public' | 'private' | 'dm';
    owner?: number;
    created_at: number;
    archived: boolean;
    announcement: boolean;
    slow_mode_s: number;
    member_count: number;
    last_seq: number;
    last_message?: Message;
    users?: number[];
    me?: RoomMe;
}

export interface Member {
    user: User;
    role: RoomRole;
    joined_at: number;
}

export interface Author {
    id: number;
    name: string;
    display_name: string;
    kind: UserKind;
}

export interface Message {
    id: number;
    room: number;
    seq: number;
    author: Author;
    body: string;
    created_at: number;
    edited_at?: number;
    deleted?: boolean;
    thread?: number;
    mentions: number[];
    mentions_all?: 'here' | 'room';
}

export interface PresenceChange {
    user: number;
    status: Presence;
    text?: string;
    last_seen: number;
}

export interface Limits {
    body_bytes: number;
    payload_bytes: number;
    upload_bytes: number;
    history: number;
    attachments: number;
}

export type ErrorCode =
    | 'bad_request'
    | 'unauthorized'
    | 'forbidden'
    | 'not_found'
    | 'conflict'
    | 'too_large'
    | 'rate_limited'
    | 'unavailable'
    | 'internal';

export interface ProtocolError {
    code: ErrorCode;
    message: string;
    field?: string;
    retry_after_ms?: number;
    suggestion?: string;
}

export type Ack<T> = { ok: true; data: T } | { ok: false; error: ProtocolError };

interface Page {
    after?: number;
    limit?: number;
}

export interface Joined {
    room: Room;
    members: Member[];
    messages: Message[];
    has_before: boolean;
}

export interface History {
    messages: Message[];
    has_before: boolean;
    has_after: boolean;
}

type RoomRef = number | string;

/** Each command with what it carries and what its ack brings back. */
export interface Commands {
    'user:rename': { payload: { display_name?: string }; data: { user: User } };
    'user:status': { payload: { status: Status; text?: string }; data: { user: User } };
    'room:list': { payload: { query?: string } & Page; data: { rooms: Room[]; more: boolean } };
    'room:create': { payload: { name: string; topic?: string; private?: boolean }; data: { room: Room } };
    'room:join': { payload: { room: RoomRef }; data: Joined };
    'room:leave': { payload: { room: RoomRef }; data: Record<string, never> };
    'room:update': { payload: { room: RoomRef; name?: string; topic?: string }; data: { room: Room } };
    'room:members': { payload: { room: RoomRef } & Page; data: { members: Member[]; more: boolean } };
    'room:read': { payload: { room: RoomRef; seq: number }; data: { me: RoomMe } };
    'message:send': { payload: { room: RoomRef; body: string; nonce: string }; data: { message: Message } };
    'message:history': {
        payload: { room: RoomRef; before?: number; after?: number; around?: number; limit?: number };
        data: History;
    };
    typing: { payload: { room: RoomRef; on: boolean }; data: Record<string, never> };
}

export interface Ready {
    me: User;
    token?: string;
    server: { version: string; now: number; limits: Limits };
    rooms: Room[];
    users: User[];
    pos: number;
    resumed: boolean;
}

/** Each event with what it carries. Durable ones bring `pos`. */
export interface Events {
    ready: Ready;
    'message:new': { pos: number; message: Message; nonce?: string };
    'message:changed': { pos: number; message: Message; change: string };
    'room:new': { pos: number; room: Room };
    'room:changed': { pos: number; room: Room };
    'room:gone': { pos: number; room: number; reason: 'left' | 'kicked' | 'banned' };
    'room:me': { pos: number; room: number; me: RoomMe };
    'member:joined': { pos: number; room: number; member: Member };
    'member:changed': { pos: number; room: number; member: Member };
    'member:left': { pos: number; room: number; user: number; reason: string };
    'user:changed': { pos: number; user: User };
    presence: { changes: PresenceChange[] };
    typing: { room: number; user: number; on: boolean };
    notice: { code: string; message: string };
}

export type CommandName = keyof Commands;
export type EventName = keyof Events;
export type Payload<C extends CommandName> = Commands[C]['payload'];
export type Data<C extends CommandName> = Commands[C]['data'];
