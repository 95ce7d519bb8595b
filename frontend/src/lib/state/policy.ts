/* Who may do what, as far as the page must know to offer it. The server decides; what is offered here and
 * refused there is only impolite. Ranks are numbers, the greatest first: owner 3, moderator or admin 2. */
import { limits, memberRoleValues, type MemberRole, type Room, type User, type UserRole } from '$lib/protocol/gen/protocol';

const ROOM_RANK: Record<MemberRole, number> = { owner: 3, moderator: 2, member: 1 };
const SERVER_RANK: Record<UserRole, number> = { owner: 3, admin: 2, member: 1, guest: 1 };

export interface Listed {
    user: User;
    role: MemberRole;
    muted?: boolean;
}

/** What may be done to one member of a room. */
export interface MemberActs {
    mute: boolean;
    kick: boolean;
    ban: boolean;
    /** The roles that he may be given; empty when none. */
    roles: MemberRole[];
}

const NOTHING: MemberActs = { mute: false, kick: false, ban: false, roles: [] };

export function isAdmin(user: User | undefined): boolean {
    return serverRank(user) >= SERVER_RANK.admin;
}

export function serverRank(user: User | undefined): number {
    return user ? SERVER_RANK[user.role] : 0;
}

/** Somebody's rank in a room: a server admin who is in it counts as its owner, but not in a direct message. */
export function rankIn(room: Room, role: MemberRole | undefined, user: User | undefined): number {
    if (room.kind === 'dm') return ROOM_RANK.member;
    return isAdmin(user) ? ROOM_RANK.owner : role ? ROOM_RANK[role] : 0;
}

export function mayModerate(room: Room, me: User | undefined): boolean {
    return rankIn(room, room.me?.role, me) >= ROOM_RANK.moderator;
}

export function mayPin(room: Room, me: User | undefined): boolean {
    return room.kind === 'dm' || (mayModerate(room, me) && !room.archived);
}

/** Whether `@here` and `@room` call everybody when this user writes them. */
export function mayCallAll(room: Room, me: User | undefined): boolean {
    return mayModerate(room, me) || room.member_count <= limits.mention_all_members;
}

/** Name, topic, slow mode and whether it is for announcements. */
export function mayEdit(room: Room, me: User | undefined): boolean {
    return mayModerate(room, me) && !room.archived;
}

export function mayArchive(room: Room, me: User | undefined): boolean {
    return rankIn(room, room.me?.role, me) >= ROOM_RANK.owner;
}

export function mayInvite(room: Room, me: User | undefined): boolean {
    return room.kind !== 'dm' && room.me !== undefined && me?.kind !== 'guest' && !room.archived;
}

export function mayActOn(room: Room, me: User | undefined, other: Listed): MemberActs {
    if (!me || room.kind === 'dm') return NOTHING;
    if (other.user.id === me.id) return { ...NOTHING, roles: ownRoles(other) };
    const [mine, his] = [rankIn(room, room.me?.role, me), ROOM_RANK[other.role]];
    const above = mine > his || serverRank(me) > serverRank(other.user);
    if (mine < ROOM_RANK.moderator || !above || serverRank(other.user) > serverRank(me)) return NOTHING;
    const roles: MemberRole[] = mine >= ROOM_RANK.owner ? ['owner', 'moderator', 'member'] : [];
    return { mute: true, kick: true, ban: true, roles };
}

/* A role of one's own can be given up, for a lower one; the one that one has stands among them. */
function ownRoles({ role }: Listed): MemberRole[] {
    const lower = memberRoleValues.filter((other) => ROOM_RANK[other] <= ROOM_RANK[role]);
    return lower.length > 1 ? lower : [];
}

/** Deleting what others said; also what banning with it does. */
export function mayDelete(room: Room, me: User | undefined): boolean {
    return mayModerate(room, me) && !room.archived;
}

/** Why nobody, or not this user, can write in the room; undefined when he can. */
export function closedBecause(room: Room, me: User | undefined, now: number): 'archived' | 'announcement' | 'muted' | undefined {
    if (room.archived) return 'archived';
    if (room.announcement && !mayModerate(room, me)) return 'announcement';
    const { muted, muted_until: until } = room.me ?? {};
    return muted && (until === undefined || until > now) ? 'muted' : undefined;
}
