import { describe, expect, it, vi } from 'vitest';
import type { FollowedThread, Message, ThreadMe } from '$lib/protocol/gen/protocol';
import { fakeSocket, settled } from '$lib/testing/fake-wire';
import { aMessage, aRun } from '$lib/testing/make';
import type { Composer } from './composer.svelte';
import type { Outbox } from './outbox.svelte';
import { Threads } from './threads.svelte';

const ROOT = 1001;
const root = aMessage(1, { reply_count: 3 });
const reply = (seq: number, more: Partial<Message> = {}) => aMessage(seq, { id: 2000 + seq, thread: ROOT, ...more });
const by = (id: number) => ({ id, name: `user${id}`, display_name: `user${id}`, kind: 'guest' as const });
const aMe = (more: Partial<ThreadMe> = {}): ThreadMe => ({ thread: ROOT, room: 1, following: true, read_seq: 3, unread: 0, ...more });
const followed = (me = aMe()): FollowedThread => ({ message: root, me });

function made({ attentive = true } = {}) {
    const { socket, wire } = fakeSocket();
    const composer = { open: vi.fn() } as unknown as Composer;
    const threads = new Threads({ socket, outbox: { settle: vi.fn() } as unknown as Outbox, composer, me: () => 9, attentive: () => attentive });
    socket.open();
    wire.receive('ready', { me: {}, server: {}, rooms: [], users: [], pos: 1, resumed: false } as never);
    const follow = async (...list: FollowedThread[]) => {
        void threads.load();
        await wire.answer('thread:list', { threads: list, more: false });
    };
    const open = async () => {
        const thread = threads.visit(1, ROOT);
        await wire.answer('message:get', { message: root });
        await wire.answer('message:history', { messages: aRun(1, 3).map((one) => reply(one.seq)), has_before: false, has_after: false });
        return thread;
    };
    return { threads, wire, composer, follow, open };
}

describe('following', () => {
    it('counts what comes, but not one’s own', async () => {
        const { threads, follow } = made();
        await follow(followed());
        threads.applyNew(reply(4, { author: by(2) }));
        threads.applyNew(reply(5, { author: by(2) }));
        expect([threads.unreadIn(ROOT), threads.unread]).toEqual([2, 1]);
        threads.applyNew(reply(6, { author: by(9) }));
        expect([threads.unreadIn(ROOT), threads.unread]).toEqual([0, 0]);
    });

    it('hears of being brought in, and of leaving', async () => {
        const { threads, wire, follow } = made();
        await follow();
        threads.applyNew(reply(4, { author: by(2), mentions: [9] }));
        await wire.answer('thread:list', { threads: [followed(aMe({ read_seq: 3, unread: 1 }))], more: false });
        expect([threads.follows(ROOT), threads.unreadIn(ROOT)]).toEqual([true, 1]);
        threads.applyMe(aMe({ following: false }));
        expect(threads.follows(ROOT)).toBe(false);
    });

    it('shows the liveliest first', async () => {
        const { threads, follow } = made();
        const later = { message: aMessage(9, { last_reply_at: 9e12 }), me: aMe({ thread: 1009 }) };
        await follow(followed(), later);
        expect(threads.followed.map(({ me }) => me.thread)).toEqual([1009, ROOT]);
    });
});

describe('the open thread', () => {
    it('is loaded, follows events, and is one with what is written there', async () => {
        const { threads, wire, open, composer } = made();
        const thread = await open();
        expect(composer.open).toHaveBeenLastCalledWith(1, ROOT);
        threads.applyNew(reply(4));
        threads.applyChange(reply(4, { body: 'edited' }));
        threads.applyChange({ ...root, reply_count: 4 });
        expect([thread.timeline.messages.map(({ body }) => body).at(-1), thread.root?.reply_count]).toEqual(['edited', 4]);
        expect(threads.visit(1, ROOT)).toBe(thread);
        expect(wire.sent.filter(({ command }) => command === 'message:get')).toEqual([]);
    });

    it('is read when its end is seen, and said once', async () => {
        const { threads, wire, follow, open } = made();
        await follow(followed(aMe({ read_seq: 1, unread: 2 })));
        await open();
        threads.consider();
        threads.consider();
        expect(wire.sent.map(({ command, payload }) => [command, payload['seq']])).toEqual([['thread:read', 3]]);
        await wire.answer('thread:read', { me: aMe() });
        expect(threads.unreadIn(ROOT)).toBe(0);
    });

    it('is not read by who looks elsewhere', async () => {
        const { threads, wire, follow, open } = made({ attentive: false });
        await follow(followed(aMe({ read_seq: 1, unread: 2 })));
        await open();
        threads.consider();
        expect(wire.sent).toEqual([]);
    });

    it('says when it cannot be had', async () => {
        const { threads, wire } = made();
        const thread = threads.visit(1, ROOT);
        await wire.refuseCommand('message:get', 'not_found');
        await settled();
        expect([thread.error?.code, thread.timeline.phase]).toEqual(['not_found', 'failed']);
    });
});
