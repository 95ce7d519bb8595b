// generated from protocol/ by tools/gen_protocol.py; change those and run `make gen`.
// SPDX-License-Identifier: MIT

/** A room by its id or its slug. */
export type RoomRef = number | string;

export const limits = {
    /** Ids, positions and sequence numbers: what JavaScript counts exactly (2^53 - 1). */
    id_max: 9007199254740991,
    /** One packet, one HTTP request with JSON (`maxPayload`). */
    payload_bytes: 131072,
    /** The body of a message, after normalisation. */
    body_bytes: 16384,
    /** One uploaded file, unless the server says otherwise in `ready`. */
    upload_bytes: 26214400,
    /** Items of one page, whatever the list; a greater `limit` counts as this. */
    history: 200,
    /** Items of a page when `limit` is not given. */
    page_default: 50,
    /** Members in the answer to `room:join`. */
    join_members: 200,
    /** Messages in the answer to `room:join`. */
    join_messages: 50,
    /** People in `ready`. */
    ready_users: 200,
    /** Events in the answer to one `sync`. */
    sync_events: 500,
    /** Missed events that a resumed connection is sent; with more it starts afresh. */
    resume_events: 1000,
    /** People that a connection can watch. */
    watch_users: 200,
    /** Attachments of a message. */
    attachments: 10,
    /** Different emoji on a message. */
    reaction_kinds: 50,
    /** People named with a reaction; `count` counts all. */
    reaction_users: 20,
    /** Messages that a person can have saved. */
    saved: 1000,
    /** Drafts that are kept of a person. */
    drafts: 50,
    /** Texts that are kept of a message: the first one, and of the others the latest. */
    versions: 50,
    /** Others in a direct message. */
    dm_users: 8,
    /** The greatest number to sort rooms by. */
    position: 1000000,
    /** People that a person can block. */
    blocks_per_user: 1000,
    /** Items of a page of `report:list`. */
    reports: 50,
    /** Reports that wait for a moderator; more are `unavailable`. */
    open_reports: 10000,
    /** Rooms that a person can be in. */
    rooms_per_user: 1000,
    /** In rooms of up to so many members everybody may write `@here` and `@room`. */
    mention_all_members: 50,
    /** A user's `name`. */
    user_name_chars: 32,
    /** A user's `display_name`. */
    display_name_chars: 64,
    /** A room's `name`. */
    room_name_chars: 64,
    /** A room's `slug`: its name, and a number when that was taken. */
    slug_chars: 80,
    /** A room's `topic`. */
    topic_chars: 250,
    /** Why somebody was kicked or banned. */
    reason_chars: 250,
    /** A user's `status_text`. */
    status_text_chars: 100,
    /** A `query`; what is longer is cut there. */
    query_chars: 200,
    /** What a reply shows of the message it answers. */
    excerpt_chars: 140,
    /** One emoji sequence. */
    emoji_bytes: 64,
    /** A nonce, at least. */
    nonce_bytes_min: 8,
    /** A nonce, at most. */
    nonce_bytes: 64,
    /** A password, at least. */
    password_bytes_min: 10,
    /** A password, at most. */
    password_bytes: 256,
    /** What the server calls itself. */
    server_name_chars: 64,
    /** Invitations to the server that are kept; revoke some to make more. */
    invites: 1000,
    /** Rooms of one invitation. */
    invite_rooms: 20,
    /** How often an invitation may be used, at most, unless it is without bound. */
    invite_uses: 10000,
    /** How long an invitation is good, at most, unless for ever: a year. */
    invite_s: 31536000,
    /** The longest pause between two messages of one person that a room can ask for: six hours. */
    slow_mode_s: 21600,
    /** A typing mark ends so long after the last `typing`. */
    typing_ms: 6000,
    /** After the last connection of a person went, unless configured: a page reload shows nobody leaving. */
    offline_grace_ms: 5000,
    /** Above so many people online presence is sent only for direct messages and watched users. */
    presence_users: 1000,
    /** Presence changes are gathered for so long: at most two events a second. */
    presence_ms: 500,
} as const;

/** `dnd`: do not disturb. */
export const statusValues = ['online', 'away', 'dnd', 'offline'] as const;
export type Status = (typeof statusValues)[number];

/** A guest is a person without a password. */
export const userKindValues = ['guest', 'member', 'bot'] as const;
export type UserKind = (typeof userKindValues)[number];

/** In the server: owner > admin > member = guest. */
export const userRoleValues = ['owner', 'admin', 'member', 'guest'] as const;
export type UserRole = (typeof userRoleValues)[number];

/** `dm` is a direct message: nobody joins or leaves. */
export const roomKindValues = ['public', 'private', 'dm'] as const;
export type RoomKind = (typeof roomKindValues)[number];

/** Who may make an account: everybody, who has an invitation, nobody (but the operator, on the command line). */
export const registrationModeValues = ['open', 'invite', 'closed'] as const;
export type RegistrationMode = (typeof registrationModeValues)[number];

/** In a room: owner > moderator > member. */
export const memberRoleValues = ['owner', 'moderator', 'member'] as const;
export type MemberRole = (typeof memberRoleValues)[number];

/** What a person is notified of in a room. */
export const levelValues = ['all', 'mentions', 'none'] as const;
export type Level = (typeof levelValues)[number];

/** What happened to a message; `thread`: a reply was added to its thread. */
export const changeValues = ['edit', 'delete', 'react', 'pin', 'thread'] as const;
export type Change = (typeof changeValues)[number];

/** Why somebody is no longer in a room. */
export const goneReasonValues = ['left', 'kicked', 'banned'] as const;
export type GoneReason = (typeof goneReasonValues)[number];

/** `here`: those online, `room`: everybody in the room. */
export const mentionsAllValues = ['here', 'room'] as const;
export type MentionsAll = (typeof mentionsAllValues)[number];

/** More may come; clients show `message`. */
export const noticeCodeValues = ['server_restart', 'session_ended', 'slow_down', 'read_only'] as const;
export type NoticeCode = (typeof noticeCodeValues)[number] | (string & {});

/** See Errors. */
export const errorCodes = ['bad_request', 'unauthorized', 'forbidden', 'not_found', 'conflict', 'too_large', 'rate_limited', 'unavailable', 'internal'] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** A person or a bot. */
export interface User {
  id: number;
  name: string;
  display_name: string;
  kind: UserKind;
  role: UserRole;
  color?: string;
    /** Where its picture is. */
  avatar?: string;
  status: Status;
  status_text?: string;
    /** When the last connection ended, or now. */
  last_seen: number;
}

/** What concerns only the person who asks. Stands only in answers and events to that person. */
export interface RoomMe {
  role: MemberRole;
    /** Read up to and with this. */
  read_seq: number;
    /** `last_seq - read_seq`. */
  unread: number;
    /** Unread messages that mention the person, `@here` and `@room` included. */
  mentions: number;
  level: Level;
  favorite: boolean;
    /** Where the person put the room in his list; absent: nowhere. */
  position?: number;
    /** The person may not write there. */
  muted?: boolean;
    /** Until then; absent: until a moderator lifts it. */
  muted_until?: number;
}

/** A place where people talk. */
export interface Room {
  id: number;
    /** Made from the name at the beginning, stays: lower-case letters and digits of any script and `-`, never digits alone. */
  slug: string;
  name: string;
  topic: string;
  kind: RoomKind;
  owner?: number;
  created_at: number;
    /** Read-only, and out of `room:list` unless asked for. */
  archived: boolean;
    /** Only moderators and the owner send. */
  announcement: boolean;
  slow_mode_s: number;
  member_count: number;
  last_seq: number;
    /** The newest, for a preview: its body ends after 256 characters. Only in answers that have `me` too. */
  last_message?: Message;
    /** Of a direct message: who is in it. */
  users?: number[];
    /** Only in answers to the person. */
  me?: RoomMe;
}

/** Somebody in a room. */
export interface Member {
  user: User;
  role: MemberRole;
  joined_at: number;
    /** May not write in the room. */
  muted?: boolean;
    /** Until then; absent: until a moderator lifts it. */
  muted_until?: number;
}

/** Who wrote a message, as much as a client needs to show it. */
export interface Author {
  id: number;
  name: string;
  display_name: string;
  kind: UserKind;
}

/** The message that is answered. */
export interface Reply {
  id: number;
  seq: number;
  author: Author;
    /** Its beginning; empty when it was deleted. */
  excerpt: string;
}

/** An uploaded file. */
export interface Attachment {
  id: number;
  name: string;
    /** Media type, by its content. */
  type: string;
    /** Bytes. */
  size: number;
    /** Of an image, as it is shown. */
  width?: number;
  height?: number;
    /** Where its bytes are, for those who may read the message. */
  url: string;
    /** A small picture of it. */
  thumb_url?: string;
}

/** One emoji on a message. */
export interface Reaction {
  emoji: string;
    /** At most 20 of them. */
  users: number[];
  count: number;
}

/** Something that was said. */
export interface Message {
  id: number;
  room: number;
  seq: number;
  author: Author;
  body: string;
  created_at: number;
  edited_at?: number;
    /** A tombstone: no body, no attachments, no reactions. */
  deleted?: boolean;
  reply_to?: Reply;
    /** The root of the thread it is in. */
  thread?: number;
    /** Of a reply that was sent to the room as well: the same text there; and of that one: the reply. */
  twin?: number;
    /** Of a thread's root; deleted replies count. */
  reply_count?: number;
  last_reply_at?: number;
  attachments: Attachment[];
  reactions: Reaction[];
    /** Members who are mentioned by name. */
  mentions: number[];
  mentions_all?: MentionsAll;
  pinned?: boolean;
}

/** Why something was refused. */
export interface ErrorBody {
  code: ErrorCode;
    /** For people. */
  message: string;
    /** The bad field. */
  field?: string;
  retry_after_ms?: number;
    /** A name that is free. */
  suggestion?: string;
}

/** `auth` of a Socket.IO connection: what the CONNECT packet carries. */
export interface Auth {
    /** A session token. */
  token?: string;
    /** Makes a new guest of that name. */
  name?: string;
    /** At most so many rooms in `ready`, those that count most first, and no more than fit into 96 KiB; `room:mine` has them all. */
  rooms?: number;
    /** The last `pos` that the client saw; looked at when recovery by `pid` and `offset` did not succeed. */
  since?: number;
}

/** `data` of a CONNECT_ERROR, whose `message` is the code again. */
export interface ConnectRefusal {
  code: ErrorCode;
    /** For people. */
  message: string;
  field?: string;
  retry_after_ms?: number;
  suggestion?: string;
}

/** What a client should know before it sends. */
export interface Limits {
  body_bytes: number;
  payload_bytes: number;
  upload_bytes: number;
  history: number;
  attachments: number;
}

/** The server and its clock. */
export interface Server {
  version: string;
  now: number;
  limits: Limits;
    /** As they are now; `server:changed` tells when they change. */
  settings?: ServerSettings;
}

/** An event as it was emitted. */
export interface SyncEvent {
    /** Its name. */
  event: string;
  payload: unknown;
}

/** One place where the person is signed in. */
export interface Session {
  id: number;
    /** The one that asks. */
  current: boolean;
  created_at: number;
  used_at: number;
    /** The client's User-Agent. */
  agent: string;
  address: string;
}

/** Body of `POST /api/session`. */
export interface SessionOpen {
  name: string;
    /** Without it a guest is made. */
  password?: string;
}

/** The answer to signing in or registering. */
export interface SessionGrant {
  user: User;
    /** The session token; the same stands in the cookie. */
  token: string;
}

/** The answer to `GET /api/session`. */
export interface SessionUser {
  user: User;
}

/** Body of `POST /api/users`. */
export interface Registration {
  name: string;
  password: string;
  display_name?: string;
    /** The secret of an invitation. */
  invite?: string;
    /** The secret of the set-up link, which makes the server's first owner. */
  setup?: string;
}

/** Body of `PUT /api/password`. */
export interface PasswordChange {
    /** The present one. */
  password: string;
  new_password: string;
    /** With a bearer token: that one is replaced too, and the new one is in the answer's header `Parley-Token`. A cookie is replaced in any case. */
  rotate?: boolean;
}

/** How far a person had read in a room. */
export interface ReadMark {
  room: number;
    /** Read up to and with this. */
  read_seq: number;
    /** Unread messages behind it that mention the person. */
  mentions: number;
}

/** Somebody who is kept out of a room. */
export interface Ban {
  user: User;
    /** Who banned him. */
  by?: Author;
  at: number;
  reason?: string;
}

/** A text that a message had. */
export interface Version {
  body: string;
  at: number;
}

/** A stretch of a text in code points, half open: from, to (excluded). */
export type Mark = [from: number, to: number];

/** A part of a message's text, and where the words stand in it. */
export interface Snippet {
  text: string;
  marks: Mark[];
}

/** Something that was found. */
export interface Hit {
  message: Message;
  snippet: Snippet;
}

/** Body of `POST /api/rooms/{room}/messages`. */
export interface MessagePost {
  body: string;
  nonce?: string;
  reply_to?: number;
}

/** The answer to it. */
export interface MessagePosted {
  message: Message;
}

/** The answer to an upload. */
export interface Uploaded {
  attachment: Attachment;
}

/** Body of `POST /hooks/{secret}`. */
export interface HookPost {
  text: string;
}

/** A message that somebody brought before the moderators. */
export interface Report {
  id: number;
    /** As it is now. */
  message: Message;
  room: number;
    /** Who reported it. */
  by: Author;
  reason?: string;
  at: number;
}

/** What somebody with rights has done. */
export interface AuditEntry {
  id: number;
  at: number;
    /** Who; absent: on the server's command line. */
  by?: Author;
    /** The name of the command or the route, `room:kick` for example. */
  act: string;
  room?: number;
    /** To whom. */
  user?: Author;
    /** What was said about it, or what became another. */
  text?: string;
}

/** How a thread stands to the person who asks. */
export interface ThreadMe {
    /** The thread's root. */
  thread: number;
  room: number;
  following: boolean;
    /** Read up to and with this reply. */
  read_seq: number;
    /** Replies behind it. */
  unread: number;
}

/** A thread that the person follows. */
export interface FollowedThread {
    /** Its root. */
  message: Message;
  me: ThreadMe;
}

/** What a person has begun to write in a room or a thread and not sent yet. */
export interface Draft {
  room: number;
    /** The thread's root. */
  thread?: number;
    /** As it was typed; empty: there is none any more. */
  body: string;
  at: number;
}

/** How somebody is now. */
export interface PresenceChange {
  user: number;
  status: Status;
    /** Status text. */
  text?: string;
  last_seen: number;
}

/** What administrators decide about the server while it runs. */
export interface ServerSettings {
    /** How the server calls itself. */
  name: string;
  registration: RegistrationMode;
    /** A name alone makes a guest. */
  guests: boolean;
}

/** What everybody may know before signing in: the answer to `GET /api/server`. */
export interface ServerInfo {
  version: string;
  settings: ServerSettings;
    /** There is no owner yet: the first account is made by the set-up link that the server printed. */
  setup?: boolean;
    /** … and whoever asks does so from the server's own machine, and needs no link. */
  setup_open?: boolean;
}

/** An invitation to the server. Its secret is told once, when it is made; the server keeps only a hash. */
export interface Invite {
  id: number;
    /** Who made it. It opens what he could open himself: nothing once his account is shut or he invites to the server no more, and no room into which he may not invite. */
  by: number;
    /** What one becomes who registers with it. */
  role: UserRole;
    /** Rooms that one is in afterwards; of them those that exist for who asks. */
  rooms: number[];
    /** For whom it was meant. */
  note?: string;
  created_at: number;
    /** Absent: never. */
  expires_at?: number;
    /** So often it was used. */
  uses: number;
    /** So often it may be used; absent: as often as one likes. */
  uses_max?: number;
}

/** Body of `POST /api/invite`. */
export interface InviteLook {
    /** The secret. */
  invite: string;
}

/** What an invitation leads to: the answer to `POST /api/invite`. */
export interface InvitePreview {
  server: string;
  role: UserRole;
  rooms: InviteRoom[];
  expires_at?: number;
}

/** A room, as much as an invitation tells of it. */
export interface InviteRoom {
  id: number;
  name: string;
}

/** An account that is shut. */
export interface AccountBan {
  user: User;
    /** Who did it; absent: the operator, on the command line. */
  by?: number;
  at: number;
  reason?: string;
}

/** Payload of sync. */
export interface Sync {
  pos: number;
    /** At most 500, which is also what comes when it is not given. */
  limit?: number;
}

/** What sync answers. */
export interface SyncData {
  events?: SyncEvent[];
    /** Complete up to here. */
  pos?: number;
    /** Ask again with the new `pos`. */
  more?: boolean;
  reset?: boolean;
}

/** Payload of session:list. */
export interface SessionList {
    /** Somebody else's. */
  user?: number;
}

/** What session:list answers. */
export interface SessionListData {
  sessions: Session[];
}

/** Payload of session:revoke. */
export interface SessionRevoke {
    /** For administrators also one of somebody of lower rank. */
  session?: number;
  others?: boolean;
    /** All sessions of this person. */
  user?: number;
}

/** Payload of user:rename. */
export interface UserRename {
  display_name?: string;
  color?: string;
}

/** What user:rename answers. */
export interface UserRenameData {
  user: User;
}

/** Payload of user:status. */
export interface UserStatus {
  status: 'online' | 'away' | 'dnd';
    /** Absent: stays as it is; empty: none. */
  text?: string;
}

/** What user:status answers. */
export interface UserStatusData {
  user: User;
}

/** Payload of user:list. */
export interface UserList {
    /** Beginning of a name or display name. */
  query?: string;
  after?: number;
  limit?: number;
}

/** What user:list answers. */
export interface UserListData {
  users: User[];
  more: boolean;
}

/** Payload of user:block. */
export interface UserBlock {
  user: number;
  on: boolean;
}

/** Payload of user:blocks. */
export interface UserBlocks {
  after?: number;
  limit?: number;
}

/** What user:blocks answers. */
export interface UserBlocksData {
  users: User[];
  more: boolean;
}

/** Payload of room:list. */
export interface RoomList {
    /** Part of a name or topic. */
  query?: string;
    /** Archived ones too. */
  archived?: boolean;
  after?: number;
  limit?: number;
}

/** What room:list answers. */
export interface RoomListData {
  rooms: Room[];
  more: boolean;
}

/** Payload of room:mine. */
export interface RoomMine {
  after?: number;
  limit?: number;
}

/** What room:mine answers. */
export interface RoomMineData {
  rooms: Room[];
  more: boolean;
}

/** Payload of room:create. */
export interface RoomCreate {
  name: string;
  topic?: string;
  private?: boolean;
  announcement?: boolean;
}

/** What room:create answers. */
export interface RoomCreateData {
  room: Room;
}

/** Payload of room:join. */
export interface RoomJoin {
  room: RoomRef;
}

/** What room:join answers. */
export interface RoomJoinData {
  room: Room;
    /** At most 200, online ones first; `room:members` pages through all. */
  members: Member[];
    /** The newest 50, oldest first. */
  messages: Message[];
  has_before: boolean;
    /** As in `message:history`. */
  damaged?: number[];
}

/** Payload of room:leave. */
export interface RoomLeave {
  room: RoomRef;
}

/** Payload of room:update. */
export interface RoomUpdate {
  room: RoomRef;
  name?: string;
  topic?: string;
  announcement?: boolean;
  slow_mode_s?: number;
}

/** What room:update answers. */
export interface RoomUpdateData {
  room: Room;
}

/** Payload of room:members. */
export interface RoomMembers {
  room: RoomRef;
    /** The user id of the last member got. */
  after?: number;
  limit?: number;
}

/** What room:members answers. */
export interface RoomMembersData {
  members: Member[];
  more: boolean;
}

/** Payload of room:invite. */
export interface RoomInvite {
  room: RoomRef;
  user: number;
}

/** What room:invite answers. */
export interface RoomInviteData {
  member: Member;
}

/** Payload of room:kick. */
export interface RoomKick {
  room: RoomRef;
  user: number;
  reason?: string;
}

/** Payload of room:ban. */
export interface RoomBan {
  room: RoomRef;
  user: number;
  on: boolean;
  reason?: string;
    /** Deletes what the person said there; `forbidden` in an archived room, where nothing is deleted. */
  purge?: boolean;
}

/** Payload of room:bans. */
export interface RoomBans {
  room: RoomRef;
    /** The user id of the last one got. */
  after?: number;
  limit?: number;
}

/** What room:bans answers. */
export interface RoomBansData {
  bans: Ban[];
  more: boolean;
}

/** Payload of room:mute. */
export interface RoomMute {
  room: RoomRef;
  user: number;
  on: boolean;
    /** Ends by itself then; absent: until it is lifted. */
  until?: number;
  reason?: string;
}

/** What room:mute answers. */
export interface RoomMuteData {
  member: Member;
}

/** Payload of room:role. */
export interface RoomRole {
  room: RoomRef;
  user: number;
  role: MemberRole;
}

/** What room:role answers. */
export interface RoomRoleData {
  member: Member;
}

/** Payload of room:archive. */
export interface RoomArchive {
  room: RoomRef;
  on: boolean;
}

/** What room:archive answers. */
export interface RoomArchiveData {
  room: Room;
}

/** Payload of room:read. */
export interface RoomRead {
  room: RoomRef;
  seq: number;
}

/** What room:read answers. */
export interface RoomReadData {
  me: RoomMe;
}

/** Payload of room:read_all. */
export type RoomReadAll = Record<string, never>;

/** What room:read_all answers. */
export interface RoomReadAllData {
  marks: ReadMark[];
}

/** Payload of room:unread. */
export interface RoomUnread {
  marks: ReadMark[];
}

/** Payload of room:prefs. */
export interface RoomPrefs {
  room: RoomRef;
  level?: Level;
  favorite?: boolean;
    /** Rooms are sorted by it, smallest first; 0: no place of its own. Leave gaps, so that moving one room changes one number. */
  position?: number;
}

/** What room:prefs answers. */
export interface RoomPrefsData {
  me: RoomMe;
}

/** Payload of dm:open. */
export interface DmOpen {
    /** 1 to 8 others; the person itself and duplicates do not count. */
  users: number[];
}

/** What dm:open answers. */
export interface DmOpenData {
  room: Room;
    /** Everybody in it. */
  users: User[];
}

/** Payload of message:send. */
export interface MessageSend {
  room: RoomRef;
    /** After normalisation 1 to 16,384 bytes, or empty when there are attachments; `too_large` above. */
  body: string;
  nonce: string;
    /** The message that is answered. */
  reply_to?: number;
    /** The root of the thread it belongs to; a reply there stands for it. Without it an answer to a reply goes into that reply's thread. */
  thread?: number;
    /** A reply in a thread stands in the room too, as a second message with the same text (`twin`); who edits or deletes one changes both. */
  also_room?: boolean;
    /** Files that one has uploaded. `not_found`: it is not there, or another's; `conflict`: it is in another message. */
  attachments?: number[];
}

/** What message:send answers. */
export interface MessageSendData {
  message: Message;
}

/** Payload of message:edit. */
export interface MessageEdit {
  message: number;
  body: string;
}

/** What message:edit answers. */
export interface MessageEditData {
  message: Message;
}

/** Payload of message:delete. */
export interface MessageDelete {
  message: number;
}

/** What message:delete answers. */
export interface MessageDeleteData {
  message: Message;
}

/** Payload of message:react. */
export interface MessageReact {
  message: number;
  emoji: string;
  on: boolean;
}

/** What message:react answers. */
export interface MessageReactData {
  message: Message;
}

/** Payload of message:pin. */
export interface MessagePin {
  message: number;
  on: boolean;
}

/** What message:pin answers. */
export interface MessagePinData {
  message: Message;
}

/** Payload of message:pins. */
export interface MessagePins {
  room: RoomRef;
  after?: number;
  limit?: number;
}

/** What message:pins answers. */
export interface MessagePinsData {
  messages: Message[];
  more: boolean;
}

/** Payload of message:history. */
export interface MessageHistory {
  room?: RoomRef;
    /** The thread's root. */
  thread?: number;
  before?: number;
  after?: number;
  around?: number;
  limit?: number;
}

/** What message:history answers. */
export interface MessageHistoryData {
  messages: Message[];
  has_before: boolean;
  has_after: boolean;
    /** Places on the page whose messages are damaged on the server's disk and cannot be shown; absent when there are none. */
  damaged?: number[];
}

/** Payload of message:versions. */
export interface MessageVersions {
  message: number;
}

/** What message:versions answers. */
export interface MessageVersionsData {
  versions: Version[];
}

/** Payload of message:get. */
export interface MessageGet {
  message: number;
}

/** What message:get answers. */
export interface MessageGetData {
  message: Message;
}

/** Payload of message:search. */
export interface MessageSearch {
  query: string;
  room?: RoomRef;
    /** A user. */
  author?: number;
  since?: number;
  until?: number;
    /** A message's id, for the next page. */
  before?: number;
  limit?: number;
    /** Only what is pinned. */
  pinned?: boolean;
    /** Only what has an attachment. */
  has_file?: boolean;
}

/** What message:search answers. */
export interface MessageSearchData {
  hits: Hit[];
  more: boolean;
}

/** Payload of message:report. */
export interface MessageReport {
  message: number;
  reason?: string;
}

/** Payload of report:list. */
export interface ReportList {
    /** Of this room alone. */
  room?: RoomRef;
  after?: number;
  limit?: number;
}

/** What report:list answers. */
export interface ReportListData {
  reports: Report[];
  more: boolean;
}

/** Payload of report:resolve. */
export interface ReportResolve {
  report: number;
    /** For the audit log. */
  note?: string;
}

/** Payload of audit:list. */
export interface AuditList {
  room?: RoomRef;
    /** The id of the last one got. */
  before?: number;
  limit?: number;
}

/** What audit:list answers. */
export interface AuditListData {
  entries: AuditEntry[];
  more: boolean;
}

/** Payload of thread:follow. */
export interface ThreadFollow {
    /** The thread's root; a reply stands for it. */
  thread: number;
  on: boolean;
}

/** What thread:follow answers. */
export interface ThreadFollowData {
  me: ThreadMe;
}

/** Payload of thread:read. */
export interface ThreadRead {
  thread: number;
  seq: number;
}

/** What thread:read answers. */
export interface ThreadReadData {
  me: ThreadMe;
}

/** Payload of thread:list. */
export interface ThreadList {
    /** The id of the last root got. */
  after?: number;
  limit?: number;
}

/** What thread:list answers. */
export interface ThreadListData {
  threads: FollowedThread[];
  more: boolean;
}

/** Payload of message:save. */
export interface MessageSave {
  message: number;
  on: boolean;
}

/** Payload of message:saved. */
export interface MessageSaved {
  after?: number;
  limit?: number;
}

/** What message:saved answers. */
export interface MessageSavedData {
  messages: Message[];
  more: boolean;
}

/** Payload of draft:set. */
export interface DraftSet {
  room: RoomRef;
    /** The thread's root. */
  thread?: number;
    /** At most 16,384 bytes, kept byte for byte. */
  body: string;
}

/** Payload of draft:list. */
export type DraftList = Record<string, never>;

/** What draft:list answers. */
export interface DraftListData {
  drafts: Draft[];
}

/** Payload of presence:watch. */
export interface PresenceWatch {
  users: number[];
}

/** What presence:watch answers. */
export interface PresenceWatchData {
    /** How they are now. */
  users: User[];
}

/** Payload of typing. */
export interface Typing {
  room: RoomRef;
  on: boolean;
}

/** Payload of server:update. */
export interface ServerUpdate {
  name?: string;
  registration?: RegistrationMode;
  guests?: boolean;
}

/** What server:update answers. */
export interface ServerUpdateData {
  settings: ServerSettings;
}

/** Payload of server:role. */
export interface ServerRole {
  user: number;
  role: 'owner' | 'admin' | 'member';
}

/** What server:role answers. */
export interface ServerRoleData {
  user: User;
}

/** Payload of server:ban. */
export interface ServerBan {
  user: number;
  on: boolean;
  reason?: string;
}

/** Payload of server:bans. */
export interface ServerBans {
    /** The user id of the last one got. */
  after?: number;
  limit?: number;
}

/** What server:bans answers. */
export interface ServerBansData {
  bans: AccountBan[];
  more: boolean;
}

/** Payload of invite:create. */
export interface InviteCreate {
    /** `member` unless given; never `owner`. */
  role?: 'owner' | 'admin' | 'member';
    /** Rooms that the person who invites is in. */
  rooms?: number[];
    /** 1 unless given; 0: as often as one likes. */
  uses?: number;
    /** A week unless given; 0: never. */
  expires_in_s?: number;
  note?: string;
}

/** What invite:create answers. */
export interface InviteCreateData {
  invite: Invite;
    /** Told this once. */
  secret: string;
}

/** Payload of invite:list. */
export interface InviteList {
    /** Only those that lead into it. */
  room?: RoomRef;
  after?: number;
  limit?: number;
}

/** What invite:list answers. */
export interface InviteListData {
  invites: Invite[];
  more: boolean;
}

/** Payload of invite:revoke. */
export interface InviteRevoke {
  invite: number;
  room?: RoomRef;
}

/** Payload of invite:use. */
export interface InviteUse {
    /** The secret. */
  invite: string;
}

/** What invite:use answers. */
export interface InviteUseData {
    /** All rooms of the invitation that there are. */
  rooms: Room[];
}

/** Once per connection, right after CONNECT, before any other event. It has an offset, so that a client has one from its first moment. */
export interface ReadyEvent {
  me: User;
    /** Only when a new guest was made: keep it to be the same person again. */
  token?: string;
  server: Server;
    /** Those that the person has joined, with `me`. */
  rooms: Room[];
    /** Not all of them, because `auth.rooms` asked for fewer: `room:mine` has the others. */
  rooms_more?: boolean;
    /** The people of the direct messages, at most 200. */
  users: User[];
    /** The client is complete up to here: the log's end on a fresh connection, on a resumed one where it resumed from. */
  pos: number;
    /** What was missed follows, then live events. */
  resumed: boolean;
}

/** Something to tell the person. */
export interface NoticeEvent {
  code: NoticeCode;
    /** For people. */
  message: string;
}

/** A name, colour, picture, role or status text is another. */
export interface UserChangedEvent {
  pos: number;
  user: User;
}

/** The person has blocked somebody, or no longer does. */
export interface UserBlockedEvent {
  pos: number;
  user: number;
  on: boolean;
}

/** There is a room that was not there before. */
export interface RoomNewEvent {
  pos: number;
  room: Room;
    /** Of a direct message: who is in it. */
  users?: User[];
}

/** Name, topic, owner or settings are others. */
export interface RoomChangedEvent {
  pos: number;
  room: Room;
}

/** The person is no longer in the room. */
export interface RoomGoneEvent {
  pos: number;
  room: number;
  reason: GoneReason;
    /** What the moderator said about it. */
  text?: string;
}

/** Read mark, level, favourite, position, role or mute changed. Sending a message does not emit it: what it does to `read_seq` follows from the message. */
export interface RoomMeEvent {
  pos: number;
  room: number;
  me: RoomMe;
}

/** Somebody is in the room now. */
export interface MemberJoinedEvent {
  pos: number;
  room: number;
  member: Member;
}

/** Somebody has another role, was muted or may write again. */
export interface MemberChangedEvent {
  pos: number;
  room: number;
  member: Member;
}

/** Somebody is no longer in the room. */
export interface MemberLeftEvent {
  pos: number;
  room: number;
  user: number;
  reason: GoneReason;
}

/** Something was said. */
export interface MessageNewEvent {
  pos: number;
  message: Message;
    /** Of the attempt, so that its sender knows it again. */
  nonce: string;
}

/** A message is another; this is how it is now. */
export interface MessageChangedEvent {
  pos: number;
  message: Message;
  change: Change;
}

/** There is a new report, or one was resolved. */
export interface ReportChangedEvent {
  report: number;
  room: number;
  open: boolean;
}

/** The person follows a thread, or no longer, or has read in it. What replying and being mentioned do follows from the message and is not told. */
export interface ThreadMeEvent {
  pos: number;
  me: ThreadMe;
}

/** A message was saved or taken out. */
export interface SavedChangedEvent {
  pos: number;
  message: number;
  on: boolean;
}

/** A draft is another. After a reconnect ask `draft:list`. */
export interface DraftChangedEvent {
  draft: Draft;
}

/** People came, went or changed their status; gathered, at most two events a second. */
export interface PresenceEvent {
  changes: PresenceChange[];
}

/** Somebody is typing, or stopped. */
export interface TypingEvent {
  room: number;
  user: number;
  on: boolean;
}

/** The server's settings are others. */
export interface ServerChangedEvent {
  pos: number;
  settings: ServerSettings;
}

export interface Commands {
    /** What happened after `pos` in the person's rooms; for clients that catch up by themselves. `events`, `pos` and `more`, or `reset` alone when the log no longer reaches back so far or `pos` is beyond its end: load everything afresh. */
    'sync': { payload: Sync; data: SyncData };
    /** The person's sessions; for administrators also those of somebody of lower rank. */
    'session:list': { payload: SessionList; data: SessionListData };
    /** Ends one session, or all but the one that asks, or all of somebody of lower rank (administrators); their connections close. */
    'session:revoke': { payload: SessionRevoke; data: Record<string, never> };
    /** Changes how the person is shown. */
    'user:rename': { payload: UserRename; data: UserRenameData };
    /** Sets the status that others see while the person is connected. */
    'user:status': { payload: UserStatus; data: UserStatusData };
    /** People of the server. */
    'user:list': { payload: UserList; data: UserListData };
    /** Hides the other's messages from me (clients hide them, `seq` stays without holes); the other cannot open a direct message with me nor notify me. */
    'user:block': { payload: UserBlock; data: Record<string, never> };
    /** Whom the person has blocked, in order of their id. */
    'user:blocks': { payload: UserBlocks; data: UserBlocksData };
    /** Public rooms, and private ones that the person is in; no direct messages. */
    'room:list': { payload: RoomList; data: RoomListData };
    /** The rooms that the person is in, direct messages too, as they are in `ready`. */
    'room:mine': { payload: RoomMine; data: RoomMineData };
    /** Makes a room; its creator has joined it and owns it. */
    'room:create': { payload: RoomCreate; data: RoomCreateData };
    /** Joins, and answers all that is needed to show the room; for one who is in already the same. */
    'room:join': { payload: RoomJoin; data: RoomJoinData };
    /** Leaves. `conflict` for the last owner, `forbidden` in a direct message. */
    'room:leave': { payload: RoomLeave; data: Record<string, never> };
    /** Changes what is given. The room's moderators and owner. */
    'room:update': { payload: RoomUpdate; data: RoomUpdateData };
    /** All members, in order of their user id. */
    'room:members': { payload: RoomMembers; data: RoomMembersData };
    /** The person is in the room from then on; for one who is in already nothing changes. Members of the room who are no guests; nobody into a direct message. `forbidden` for one who is banned there. */
    'room:invite': { payload: RoomInvite; data: RoomInviteData };
    /** Puts somebody out. The room's moderators and owner. `conflict` for the last owner. */
    'room:kick': { payload: RoomKick; data: Record<string, never> };
    /** Kicks and keeps out, or lifts that. The room's moderators and owner. */
    'room:ban': { payload: RoomBan; data: Record<string, never> };
    /** Who is banned from the room, in order of their user id. The room's moderators and owner. */
    'room:bans': { payload: RoomBans; data: RoomBansData };
    /** Keeps a member from writing in the room, or lifts that. The room's moderators and owner. */
    'room:mute': { payload: RoomMute; data: RoomMuteData };
    /** Gives somebody another role in the room. The room's owner; a lower one to himself also a moderator. `conflict` when the last owner would step down. */
    'room:role': { payload: RoomRole; data: RoomRoleData };
    /** Makes the room read-only and takes it out of `room:list`, or brings it back. The room's owner. */
    'room:archive': { payload: RoomArchive; data: RoomArchiveData };
    /** The person has read up to and with `seq`; never moves back. */
    'room:read': { payload: RoomRead; data: RoomReadData };
    /** All rooms of the person are read to the end. Answers how it was before where something was unread: what `room:unread` takes to undo it. */
    'room:read_all': { payload: RoomReadAll; data: RoomReadAllData };
    /** Puts read marks back: to undo `room:read_all`, or to keep a room as unread from a message on. A mark that does not lie before the present one, or of a room that the person is not in, is passed over. */
    'room:unread': { payload: RoomUnread; data: Record<string, never> };
    /** What the person is notified of, whether the room is a favourite, and its place in his list; changes what is given. */
    'room:prefs': { payload: RoomPrefs; data: RoomPrefsData };
    /** The direct message with these people: the same room each time for the same people. `forbidden` when one of them has blocked the person, also when it is there already: who is in it finds it among his rooms. */
    'dm:open': { payload: DmOpen; data: DmOpenData };
    /** Says something. Sending twice is safe: the same person with the same `nonce` gets the same message back. `conflict` when the nonce was used for another room or text. */
    'message:send': { payload: MessageSend; data: MessageSendData };
    /** Gives a message another text. Its author; `forbidden` for a deleted one. What it mentions is counted anew for those who have not read it. */
    'message:edit': { payload: MessageEdit; data: MessageEditData };
    /** Leaves a tombstone; the text is gone everywhere, earlier versions too. Its author; the room's moderators and owner. A second time does nothing. */
    'message:delete': { payload: MessageDelete; data: MessageDeleteData };
    /** Adds or takes back one's reaction. `conflict` for a 51st kind of emoji; `bad_request` for what is no single emoji. */
    'message:react': { payload: MessageReact; data: MessageReactData };
    /** Pins or unpins. The room's moderators and owner, in a direct message each member. */
    'message:pin': { payload: MessagePin; data: MessagePinData };
    /** What is pinned in the room. */
    'message:pins': { payload: MessagePins; data: MessagePinsData };
    /** A page of a room's messages or of a thread's replies, oldest first; the newest unless a place is given. */
    'message:history': { payload: MessageHistory; data: MessageHistoryData };
    /** The texts that a message had, oldest first, the present one last; of a tombstone none. */
    'message:versions': { payload: MessageVersions; data: MessageVersionsData };
    /** One message. */
    'message:get': { payload: MessageGet; data: MessageGetData };
    /** Newest first. Every word must occur, without case and diacritics, the last one and those ending in `*` as beginnings; `"a phrase"`; no other syntax, and nothing typed is ever an error. */
    'message:search': { payload: MessageSearch; data: MessageSearchData };
    /** Brings a message before the moderators of its room; in a direct message before the server's admins, who then see this one message. Again by the same person: nothing new. */
    'message:report': { payload: MessageReport; data: Record<string, never> };
    /** Open reports that the person may resolve: of the rooms where he is moderator or owner, for the server's admins also those of public rooms and direct messages. */
    'report:list': { payload: ReportList; data: ReportListData };
    /** Done with: it is not open any more. Those who see it in `report:list`. */
    'report:resolve': { payload: ReportResolve; data: Record<string, never> };
    /** What those with rights have done, newest first. Of a room for its moderators and owner; of the whole server, without the private rooms that one is not in, for admins. */
    'audit:list': { payload: AuditList; data: AuditListData };
    /** Follows the thread of a message, or no longer. Who begins a thread, replies in one or is mentioned there follows it by that. */
    'thread:follow': { payload: ThreadFollow; data: ThreadFollowData };
    /** The person has read the thread up to and with reply `seq`; never moves back, and does nothing for a thread that is not followed. */
    'thread:read': { payload: ThreadRead; data: ThreadReadData };
    /** The threads that the person follows, in rooms that the person is in. */
    'thread:list': { payload: ThreadList; data: ThreadListData };
    /** Puts a message among the saved ones, or takes it out. `conflict` above 1,000. */
    'message:save': { payload: MessageSave; data: Record<string, never> };
    /** The messages that the person has saved, of rooms that the person is in. */
    'message:saved': { payload: MessageSaved; data: MessageSavedData };
    /** Keeps what has been typed in a room or a thread; an empty `body` forgets it. Send it a moment after the last key, not at every one. Of more than 50 drafts the oldest goes. */
    'draft:set': { payload: DraftSet; data: Record<string, never> };
    /** The person's drafts in rooms that the person is in, the latest first. */
    'draft:list': { payload: DraftList; data: DraftListData };
    /** Asks for the presence of these people, whatever the size of the server; replaces the list before. */
    'presence:watch': { payload: PresenceWatch; data: PresenceWatchData };
    /** The person is typing in the room, or stopped. Repeat it while it lasts: it ends by itself after 6 s, on sending and on leaving. */
    'typing': { payload: Typing; data: Record<string, never> };
    /** Changes what is given. Administrators. */
    'server:update': { payload: ServerUpdate; data: ServerUpdateData };
    /** Gives a registered person another role in the server. The server's owners; an administrator may step down himself. `conflict` for a guest, and when the last owner would step down. */
    'server:role': { payload: ServerRole; data: ServerRoleData };
    /** Shuts an account: all its sessions end, and nobody signs in with it; or opens it again. Administrators, for people of lower rank. */
    'server:ban': { payload: ServerBan; data: Record<string, never> };
    /** Accounts that are shut, in order of their user id. Administrators. */
    'server:bans': { payload: ServerBans; data: ServerBansData };
    /** Makes an invitation to the server. Administrators; one that makes an administrator, the owners. The link is the server's address with `/invite#` and the secret: behind the `#`, where no proxy's log sees it. */
    'invite:create': { payload: InviteCreate; data: InviteCreateData };
    /** The invitations that were not revoked, also those that are used up or expired. Administrators; of a room also its moderators and owner, without the notes. */
    'invite:list': { payload: InviteList; data: InviteListData };
    /** Takes an invitation back; who came in by it stays. Administrators; with `room` the room's moderators and owner, and then it is that room alone into which it does not lead any more. */
    'invite:revoke': { payload: InviteRevoke; data: Record<string, never> };
    /** Joins the rooms of an invitation, for one who is signed in already; his role stays. `not_found` for an invitation that never was, is used up, expired or revoked. */
    'invite:use': { payload: InviteUse; data: InviteUseData };
}

export interface Events {
    /** Once per connection, right after CONNECT, before any other event. It has an offset, so that a client has one from its first moment. */
    'ready': ReadyEvent;
    /** Something to tell the person. */
    'notice': NoticeEvent;
    /** A name, colour, picture, role or status text is another. */
    'user:changed': UserChangedEvent;
    /** The person has blocked somebody, or no longer does. */
    'user:blocked': UserBlockedEvent;
    /** There is a room that was not there before. */
    'room:new': RoomNewEvent;
    /** Name, topic, owner or settings are others. */
    'room:changed': RoomChangedEvent;
    /** The person is no longer in the room. */
    'room:gone': RoomGoneEvent;
    /** Read mark, level, favourite, position, role or mute changed. Sending a message does not emit it: what it does to `read_seq` follows from the message. */
    'room:me': RoomMeEvent;
    /** Somebody is in the room now. */
    'member:joined': MemberJoinedEvent;
    /** Somebody has another role, was muted or may write again. */
    'member:changed': MemberChangedEvent;
    /** Somebody is no longer in the room. */
    'member:left': MemberLeftEvent;
    /** Something was said. */
    'message:new': MessageNewEvent;
    /** A message is another; this is how it is now. */
    'message:changed': MessageChangedEvent;
    /** There is a new report, or one was resolved. */
    'report:changed': ReportChangedEvent;
    /** The person follows a thread, or no longer, or has read in it. What replying and being mentioned do follows from the message and is not told. */
    'thread:me': ThreadMeEvent;
    /** A message was saved or taken out. */
    'saved:changed': SavedChangedEvent;
    /** A draft is another. After a reconnect ask `draft:list`. */
    'draft:changed': DraftChangedEvent;
    /** People came, went or changed their status; gathered, at most two events a second. */
    'presence': PresenceEvent;
    /** Somebody is typing, or stopped. */
    'typing': TypingEvent;
    /** The server's settings are others. */
    'server:changed': ServerChangedEvent;
}

export type CommandName = keyof Commands;
export type EventName = keyof Events;
export type Payload<C extends CommandName> = Commands[C]['payload'];
export type Data<C extends CommandName> = Commands[C]['data'];

/** The answer to a command. */
export type Ack<Data> = { ok: true; data: Data } | { ok: false; error: ErrorBody };

/** For Socket<ServerToClientEvents, ClientToServerEvents>: `offset` comes with durable events and with `ready`. */
export type ServerToClientEvents = { [E in EventName]: (payload: Events[E], offset?: string) => void };
export type ClientToServerEvents = {
    [C in CommandName]: (payload: Payload<C>, ack: (answer: Ack<Data<C>>) => void) => void;
};
