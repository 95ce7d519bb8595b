import { describe, expect, it } from 'vitest';
import type { MemberRole, RoomKind, UserRole } from '$lib/protocol/gen/protocol';
import { aMe, aRoom, aUser } from '$lib/testing/make';
import { closedBecause, mayActOn, mayArchive, mayDelete, mayEdit, mayInvite, mayModerate } from './policy';

const me = (role: UserRole = 'member') => aUser(9, { role, kind: role === 'guest' ? 'guest' : 'member' });
const room = (role: MemberRole, kind: RoomKind = 'public') => aRoom(1, { kind, me: aMe({ role }) });
const other = (role: MemberRole, server: UserRole = 'member') => ({ user: aUser(2, { role: server }), role });

describe('in a room', () => {
    it.each([
        ['member', 'member', false, false, false],
        ['moderator', 'member', true, true, false],
        ['owner', 'member', true, true, true],
        ['member', 'admin', true, true, true],
    ] as const)('a %s who is %s of the server moderates: %s, edits: %s, archives: %s', (role, server, moderates, edits, archives) => {
        expect([mayModerate(room(role), me(server)), mayEdit(room(role), me(server)), mayArchive(room(role), me(server))]).toEqual([moderates, edits, archives]);
    });

    it('of two to nine nobody moderates', () => {
        expect([mayModerate(room('owner', 'dm'), me('owner')), mayInvite(room('owner', 'dm'), me())]).toEqual([false, false]);
    });

    it('guests bring nobody in', () => {
        expect([mayInvite(room('owner'), me('guest')), mayInvite(room('member'), me())]).toEqual([false, true]);
    });

    it('that is archived nothing is edited, nor deleted', () => {
        expect(mayEdit({ ...room('owner'), archived: true }, me())).toBe(false);
        expect([mayDelete({ ...room('owner'), archived: true }, me()), mayDelete(room('owner'), me())]).toEqual([false, true]);
    });
});

describe('acting on somebody', () => {
    it.each([
        ['member', 'member', false],
        ['moderator', 'member', true],
        ['moderator', 'moderator', false],
        ['moderator', 'owner', false],
        ['owner', 'moderator', true],
    ] as const)('a %s on a %s: %s', (mine, his, may) => {
        expect(mayActOn(room(mine), me(), other(his)).kick).toBe(may);
    });

    it('gives roles only as an owner', () => {
        expect([mayActOn(room('moderator'), me(), other('member')).roles, mayActOn(room('owner'), me(), other('member')).roles.length]).toEqual([[], 3]);
    });

    it('follows the ranks of the server before those of the room', () => {
        expect(mayActOn(room('member'), me('admin'), other('owner')).kick).toBe(true);
        expect(mayActOn(room('owner'), me(), other('member', 'admin')).kick).toBe(false);
    });

    it('is not for oneself', () => {
        expect(mayActOn(room('owner'), me(), { user: me(), role: 'owner' }).kick).toBe(false);
    });

    it.each([
        ['owner', ['owner', 'moderator', 'member']],
        ['moderator', ['moderator', 'member']],
        ['member', []],
    ] as const)('lets a %s give up his own role: %j', (role, roles) => {
        expect(mayActOn(room(role), me(), { user: me(), role }).roles).toEqual(roles);
    });
});

describe('writing', () => {
    const NOW = 1000;
    it.each([
        [{}, undefined],
        [{ archived: true }, 'archived'],
        [{ announcement: true }, 'announcement'],
        [{ me: aMe({ muted: true }) }, 'muted'],
        [{ me: aMe({ muted: true, muted_until: NOW + 1 }) }, 'muted'],
        [{ me: aMe({ muted: true, muted_until: NOW }) }, undefined],
    ])('in a room with %j is closed because %s', (more, why) => {
        expect(closedBecause(aRoom(1, more), me(), NOW)).toBe(why);
    });

    it('is open to moderators of announcements', () => {
        expect(closedBecause(aRoom(1, { announcement: true, me: aMe({ role: 'moderator' }) }), me(), NOW)).toBeUndefined();
    });
});
