/* What one does with messages and where one goes to them: reactions, saved ones, links, jumps. */
import { beforeEach, describe, expect, it } from 'vitest';
import { fakeSocket, settled } from '$lib/testing/fake-wire';
import { aMessage, aRoom, aRun } from '$lib/testing/make';
import type { Message } from '$lib/protocol/gen/protocol';
import { Jumps } from './jumps';
import { isMine, Reactions } from './reactions';
import type { OpenedRooms } from './opened-rooms';
import type { OpenRoom } from './open-room.svelte';
import { Rooms } from './rooms.svelte';
import { pathOf, Router } from './router.svelte';
import { Saved } from './saved.svelte';
import { memoryStore } from './storage';
import { Timeline } from './timeline.svelte';
import { Toasts } from './toasts.svelte';

function connected() {
    const made = fakeSocket();
    made.socket.open();
    made.wire.receive('ready', { me: {}, server: {}, rooms: [], users: [], pos: 1, resumed: false } as never);
    return made;
}

describe('reactions', () => {
    const reacted = aMessage(1, { reactions: [{ emoji: '🎂', users: [9], count: 1 }] });

    it('are added, and taken back where they are one’s own', async () => {
        const { socket, wire } = connected();
        const changed: Message[] = [];
        const reactions = new Reactions({ socket, store: memoryStore(), changed: (message) => changed.push(message) });
        void reactions.toggle(aMessage(1), '🎂', 9);
        expect(wire.pending('message:react')?.payload).toEqual({ message: 1001, emoji: '🎂', on: true });
        await wire.answer('message:react', { message: reacted });
        void reactions.toggle(reacted, '🎂', 9);
        expect([wire.pending('message:react')?.payload['on'], changed, isMine(reacted, '🎂', 8)]).toEqual([false, [reacted], false]);
    });

    it('offer at once what was used last', () => {
        const reactions = new Reactions({ ...connected(), store: memoryStore(), changed: () => {} });
        const before = reactions.quick;
        reactions.used('🌮');
        reactions.used('🎂');
        expect(reactions.quick).toEqual(['🎂', '🌮', ...before].slice(0, before.length));
        expect(new Set(reactions.quick).size).toBe(before.length);
    });
});

describe('saved messages', () => {
    it('are asked for once, page by page, and then follow events', async () => {
        const { socket, wire } = connected();
        const saved = new Saved(socket);
        void saved.know();
        void saved.know();
        await wire.answer('message:saved', { messages: [aMessage(1)], more: true });
        expect(wire.pending('message:saved')?.payload['after']).toBe(1001);
        await wire.answer('message:saved', { messages: [aMessage(2)], more: false });
        saved.apply(1003, true);
        saved.apply(1001, false);
        expect([1001, 1002, 1003].map((id) => saved.has(id))).toEqual([false, true, true]);
        void saved.toggle(aMessage(2));
        expect(wire.pending('message:save')?.payload).toEqual({ message: 1002, on: false });
    });
});

describe('the address of a message', () => {
    beforeEach(() => history.replaceState(null, '', '/'));

    it('names room and message, and gives way to the room’s when it has arrived', () => {
        history.replaceState(null, '', pathOf('tea corner', 17));
        const router = new Router(window);
        expect([router.slug, router.message]).toEqual(['tea corner', 17]);
        router.arrived();
        expect([location.pathname, router.message]).toEqual([pathOf('tea corner'), undefined]);
    });

    it('is followed within the page; others are not', () => {
        const router = new Router(window);
        expect(['/admin/users', '/files/1/a', '/r/a/m/x'].map((path) => router.toAddress(path))).toEqual([false, false, false]);
        expect([router.toAddress('/r/a/m/5'), router.slug, router.message]).toEqual([true, 'a', 5]);
    });
});

describe('going to a message', () => {
    function made({ wide = true, openId = 1 } = {}) {
        history.replaceState(null, '', '/r/room-1');
        const { socket, wire } = connected();
        const rooms = new Rooms();
        rooms.reset([aRoom(1), aRoom(2)]);
        const timelines = new Map([1, 2].map((id) => [id, new Timeline(async () => ({ messages: aRun(10, 30), has_before: true, has_after: true }))]));
        for (const timeline of timelines.values()) timeline.load({ messages: aRun(90, 100), has_before: true, has_after: false });
        const router = new Router(window);
        const toasts = new Toasts();
        const threads: unknown[][] = [];
        const jumps = new Jumps({
            socket,
            router,
            rooms,
            toasts,
            open: { id: openId, phase: 'open' } as OpenRoom,
            opened: { get: (id: number) => ({ timeline: timelines.get(id) }) } as unknown as OpenedRooms,
            beside: () => wide,
            toThread: (...where) => threads.push(where),
        });
        return { jumps, router, wire, toasts, threads, timeline: (id: number) => timelines.get(id) as Timeline };
    }

    it('brings its surroundings into the log, and asks the view to show it', async () => {
        const { jumps, timeline } = made();
        jumps.to({ room: 1, seq: 20 });
        await settled();
        expect([timeline(1).messages.map(({ seq }) => seq).includes(20), timeline(1).goal]).toEqual([true, 20]);
        jumps.to({ room: 1, seq: 77 });
        await settled();
        expect(timeline(1).goal).toBeUndefined();
    });

    it('opens its room, with the panel beside it where there is place', () => {
        const { jumps, router } = made();
        router.openPanel({ kind: 'saved' });
        jumps.to({ room: 2, seq: 95 });
        expect([router.slug, router.panel]).toEqual(['room-2', { kind: 'saved' }]);
        router.closePanel();
        expect([router.slug, router.panel]).toEqual(['room-2', undefined]);
    });

    it('opens the thread that it is in', () => {
        const { jumps, threads } = made({ wide: false });
        jumps.to({ room: 1, seq: 3, thread: 1001 });
        expect(threads).toEqual([[1, 1001, 3]]);
    });

    it('says when there is none, and goes nowhere in rooms of others', async () => {
        const { jumps, wire, toasts, router } = made();
        void jumps.toId(5);
        await wire.refuseCommand('message:get', 'not_found');
        jumps.to({ room: 3, seq: 1 });
        expect([toasts.list.length, router.slug]).toEqual([1, 'room-1']);
    });
});
