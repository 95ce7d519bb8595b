/* The whole state on a fake wire: what the server says, and what the page then knows. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventExamples } from '$lib/protocol/gen/examples';
import type { EventName, Events, Message, ReadyEvent, Room } from '$lib/protocol/gen/protocol';
import { fakeSocket, settled } from '$lib/testing/fake-wire';
import { aMe, aMember, aMessage, aRoom, aRun, aUser } from '$lib/testing/make';
import { Api } from './api';
import { App } from './app.svelte';
import { memoryDatabase } from './database';
import { memoryStore } from './storage';
import { Viewport } from './viewport.svelte';

beforeEach(() => {
    vi.useFakeTimers();
    history.replaceState(null, '', '/');
});
afterEach(() => void vi.useRealTimers());

const ME = aUser(9);
const limits = { body_bytes: 16_384, payload_bytes: 131_072, upload_bytes: 1, history: 200, attachments: 10 };
const general = (more: Partial<Room> = {}) => aRoom(1, { name: 'General', last_seq: 3, me: aMe({ read_seq: 3 }), ...more });
const other = (more: Partial<Room> = {}) => aRoom(2, { name: 'Other', ...more });
const INFO = { version: '1', settings: { name: 'Home', registration: 'open', guests: true } };
const ready = (more: Partial<ReadyEvent> = {}): ReadyEvent => ({
    me: ME,
    server: { version: '1', now: Date.now(), limits },
    rooms: [general(), other()],
    users: [],
    pos: 10,
    resumed: false,
    ...more,
});
const joined = (room: Room, messages: Message[] = aRun(1, room.last_seq)) => ({
    room,
    members: [aMember(9), aMember(2)],
    messages,
    has_before: false,
});
const isNew = (message: Message, nonce = 'nonce-of-others') => ({ pos: 20 + message.seq, message, nonce });

async function started({ path = '/', phone = false, attentive = true } = {}) {
    history.replaceState(null, '', path);
    const { socket, wire } = fakeSocket();
    const api = new Api((path) => Promise.resolve(new Response(JSON.stringify(path === '/api/session' ? { user: ME } : INFO))));
    const viewport = new Viewport((query) => ({ matches: !phone && query.includes('min-width'), addEventListener() {} }) as never);
    const page = { attentive };
    const app = new App({
        window,
        root: document.createElement('html'),
        store: memoryStore(),
        socket,
        api,
        viewport,
        attentive: () => page.attentive,
    });
    await app.start();
    return { app, wire, page };
}

/** In the room General, with everything loaded. */
async function inGeneral(options: Parameters<typeof started>[0] = {}) {
    const made = await started(options);
    made.wire.receive('ready', ready());
    await made.wire.answer('room:join', joined(general()));
    return made;
}
const timelineOf = (app: App) => app.open.opened?.timeline;
/** What was asked, but for what each start of a connection asks for. */
const asked = (wire: { sent: { command: string; payload: Record<string, unknown> }[] }) => wire.sent.filter(({ command }) => !['user:blocks', 'thread:list', 'draft:list'].includes(command));
const seqs = (app: App) => timelineOf(app)?.messages.map((message) => message.seq);

describe('opening', () => {
    it('brings who has a session to General, with its messages and members', async () => {
        const { app } = await inGeneral();
        expect([location.pathname, app.open.phase, app.open.room?.name]).toEqual(['/r/general', 'open', 'General']);
        expect(seqs(app)).toEqual([1, 2, 3]);
        expect(app.open.opened?.members.groups.online.length).toBe(2);
    });

    it('leaves a phone on the list', async () => {
        const { app, wire } = await started({ phone: true });
        wire.receive('ready', ready());
        expect([location.pathname, app.open.phase, asked(wire)]).toEqual(['/', 'none', []]);
    });

    it('offers to join a room that the address names and the user is not in', async () => {
        const { app, wire } = await started({ path: '/r/design' });
        expect(app.open.phase).toBe('waiting');
        wire.receive('ready', ready());
        expect([app.open.phase, asked(wire)]).toEqual(['outside', []]);
        const joining = app.open.join();
        await wire.answer('room:join', joined(aRoom(3, { name: 'Design' })));
        await joining;
        expect([app.open.phase, app.rooms.get(3)?.name]).toEqual(['open', 'Design']);
    });

    it('waits for the rest of many rooms before it says that the user is not in one', async () => {
        const { app, wire } = await started({ path: '/r/design' });
        wire.receive('ready', { ...ready(), rooms_more: true });
        expect([app.open.phase, app.rooms.get(1)?.name]).toEqual(['waiting', 'General']);
        await wire.answer('room:mine', { rooms: [aRoom(2), aRoom(3, { name: 'Design' })], more: true });
        expect(app.open.phase).toBe('open');
        expect(wire.pending('room:mine')?.payload).toEqual({ after: 3, limit: 200 });
        app.router.toRoom('elsewhere');
        expect(app.open.phase).toBe('waiting');
        await wire.answer('room:mine', { rooms: [aRoom(7)], more: false });
        expect([app.open.phase, app.rooms.get(7)?.id]).toEqual(['outside', 7]);
    });

    it('asks for the rest again when the connection broke on the way', async () => {
        const { app, wire } = await started();
        wire.receive('ready', { ...ready(), rooms_more: true });
        wire.drop();
        wire.receive('ready', { ...ready(), rooms_more: true, resumed: true });
        await wire.answer('room:mine', { rooms: [aRoom(7)], more: false });
        expect([app.rooms.isComplete, app.rooms.get(7)?.id]).toEqual([true, 7]);
    });

    it('says when there is no such room', async () => {
        const { app, wire } = await started({ path: '/r/nowhere' });
        wire.receive('ready', ready());
        void app.open.join();
        await wire.refuseCommand('room:join', 'not_found');
        expect(app.open.phase).toBe('missing');
    });

    it('goes back to a visited room without asking the server', async () => {
        const { app, wire } = await inGeneral();
        app.router.toRoom('other');
        await wire.answer('room:join', joined(other()));
        wire.receive('message:new', isNew(aMessage(4, { author: { ...ME } })));
        app.router.toRoom('general');
        expect([asked(wire).map(({ command }) => command), seqs(app)]).toEqual([[], [1, 2, 3, 4]]);
    });

    it('draws the line at the first unread message, until the room is left', async () => {
        const { app, wire } = await started();
        wire.receive('ready', ready({ rooms: [general({ me: aMe({ read_seq: 1, unread: 2 }) }), other()] }));
        await wire.answer('room:join', joined(general()));
        app.reading.consider();
        expect([timelineOf(app)?.dividerSeq, app.rooms.unread]).toEqual([2, 0]);
        app.router.toRoom('other');
        app.router.toRoom('general');
        expect(timelineOf(app)?.dividerSeq).toBeUndefined();
    });
});

describe('a message of one’s own', () => {
    it('is on its way at once, and in the log when it comes', async () => {
        const { app, wire } = await inGeneral();
        app.composer.input('hello');
        app.composer.send();
        await settled();
        const { nonce } = wire.pending('message:send')?.payload as { nonce: string };
        expect(app.outbox.in(1).map((entry) => entry.state)).toEqual(['sending']);
        wire.receive('message:new', isNew(aMessage(4, { author: { ...ME } }), nonce));
        expect([app.outbox.in(1).length, seqs(app)]).toEqual([0, [1, 2, 3, 4]]);
        await wire.answer('message:send', { message: aMessage(4) });
        expect(app.outbox.in(1).length).toBe(0);
    });

    it('written offline waits, and goes once after the way back, with its nonce', async () => {
        const { app, wire } = await inGeneral();
        app.composer.input('first');
        app.composer.send();
        await settled();
        const nonce = wire.pending('message:send')?.payload['nonce'];
        wire.drop();
        app.composer.input('second');
        app.composer.send();
        await vi.advanceTimersByTimeAsync(2000);
        expect(wire.pending('message:send')).toBeUndefined();
        wire.receive('ready', ready({ resumed: true }));
        await settled();
        expect(wire.sent.filter(({ command }) => command === 'message:send').map(({ payload }) => [payload['body'], payload['nonce']])).toEqual([['first', nonce]]);
    });

    it('that is there again after a fresh start does not stand twice', async () => {
        const { app, wire } = await inGeneral();
        app.composer.input('hello');
        app.composer.send();
        await settled();
        await wire.answer('message:send', { message: aMessage(4, { author: { ...ME } }) });
        wire.drop();
        wire.receive('ready', ready({ rooms: [general({ last_seq: 4 })] }));
        await wire.answer('room:join', joined(general({ last_seq: 4 })));
        expect([app.outbox.in(1).length, seqs(app)]).toEqual([0, [1, 2, 3, 4]]);
    });
});

describe('coming back', () => {
    it('resumed goes on with the events, and asks only who is there', async () => {
        const { app, wire } = await inGeneral();
        wire.drop();
        wire.receive('ready', ready({ resumed: true }));
        wire.receive('message:new', isNew(aMessage(4)));
        expect(asked(wire).map(({ command }) => command)).toEqual(['room:members']);
        expect(seqs(app)).toEqual([1, 2, 3, 4]);
    });

    it('to a large room asks for its first members again, not for all of thousands', async () => {
        const { app, wire } = await started();
        wire.receive('ready', ready({ rooms: [general({ member_count: 5000 }), other()] }));
        await wire.answer('room:join', joined(general({ member_count: 5000 })));
        wire.drop();
        wire.receive('ready', ready({ resumed: true }));
        expect(asked(wire).map(({ command }) => command)).toEqual(['room:join']);
        await wire.answer('room:join', { ...joined(general({ member_count: 5000 })), members: [aMember(3)] });
        expect([app.open.opened?.members.count, seqs(app)]).toEqual([1, [1, 2, 3]]);
    });

    it('not resumed loads the open room anew and forgets the others', async () => {
        const { app, wire } = await inGeneral();
        app.router.toRoom('other');
        await wire.answer('room:join', joined(other()));
        wire.drop();
        wire.receive('ready', ready({ rooms: [general({ last_seq: 9 }), other()] }));
        expect(asked(wire).map(({ command, payload }) => [command, payload['room']])).toEqual([['room:join', 2]]);
        expect([app.opened.get(1), app.rooms.get(1)?.last_seq]).toEqual([undefined, 9]);
    });

    it('to a server that no longer knows the session asks for a name again', async () => {
        const { app, wire } = await inGeneral();
        wire.drop();
        wire.refuse({ code: 'unauthorized', message: '' });
        expect([app.session.phase, app.rooms.inOrder.length]).toEqual(['nobody', 0]);
        expect(app.toasts.list.map(({ text }) => text)).toEqual(['You are no longer logged in.']);
    });

    it('to a newer server offers to load the page again', async () => {
        const { app, wire } = await inGeneral();
        wire.drop();
        wire.receive('ready', ready({ server: { version: '2', now: 0, limits } }));
        expect(app.toasts.list[0]?.action?.label).toBe('Reload');
    });
});

describe('read marks', () => {
    const reads = (wire: { sent: { command: string; payload: object }[] }) => wire.sent.filter(({ command }) => command === 'room:read').map(({ payload }) => payload);

    it('are told for what is seen at the end, gathered', async () => {
        const { app, wire } = await inGeneral();
        wire.receive('message:new', isNew(aMessage(4)));
        wire.receive('message:new', isNew(aMessage(5)));
        expect(app.rooms.unread).toBe(0);
        await vi.advanceTimersByTimeAsync(500);
        expect(reads(wire)).toEqual([{ room: 1, seq: 5 }]);
    });

    it('wait while nobody looks', async () => {
        const { app, wire, page } = await inGeneral({ attentive: false });
        wire.receive('message:new', isNew(aMessage(4)));
        await vi.advanceTimersByTimeAsync(5000);
        expect([reads(wire), app.rooms.unread]).toEqual([[], 1]);
        page.attentive = true;
        app.reading.consider();
        await vi.advanceTimersByTimeAsync(500);
        expect(reads(wire)).toEqual([{ room: 1, seq: 4 }]);
    });

    it('wait while the end is out of sight', async () => {
        const { app, wire } = await inGeneral();
        (timelineOf(app) as { atEnd: boolean }).atEnd = false;
        wire.receive('message:new', isNew(aMessage(4)));
        await vi.advanceTimersByTimeAsync(500);
        expect([reads(wire), app.rooms.unread]).toEqual([[], 1]);
    });

    it('made offline are told after the way back', async () => {
        const { app, wire } = await inGeneral();
        wire.receive('message:new', isNew(aMessage(4)));
        wire.drop();
        await vi.advanceTimersByTimeAsync(500);
        wire.receive('ready', ready({ rooms: [general({ last_seq: 4, me: aMe({ read_seq: 3, unread: 1 }) })] }));
        expect([app.rooms.unread, reads(wire)]).toEqual([0, [{ room: 1, seq: 4 }]]);
    });
});

describe('a read mark that the server has not confirmed', () => {
    it('outlasts an older word of the server', async () => {
        const { app, wire } = await inGeneral();
        wire.receive('message:new', isNew(aMessage(4)));
        await vi.advanceTimersByTimeAsync(500);
        wire.receive('message:new', isNew(aMessage(5)));
        wire.receive('room:me', { pos: 40, room: 1, me: aMe({ read_seq: 4, unread: 1 }) });
        expect(app.rooms.unread).toBe(0);
    });

    it('gives way once it was confirmed and then taken back', async () => {
        const { app, wire } = await inGeneral();
        wire.receive('message:new', isNew(aMessage(4)));
        await vi.advanceTimersByTimeAsync(500);
        await wire.answer('room:read', { me: aMe({ read_seq: 4 }) });
        wire.receive('room:me', { pos: 40, room: 1, me: aMe({ read_seq: 3, unread: 1 }) });
        expect(app.rooms.unread).toBe(1);
    });
});

describe('all rooms marked as read', () => {
    const unreadOther = () => other({ last_seq: 4, me: aMe({ read_seq: 1, unread: 3 }) });
    async function marked() {
        const made = await started();
        made.wire.receive('ready', ready({ rooms: [general(), unreadOther()] }));
        await made.wire.answer('room:join', joined(general()));
        made.app.markAllRead();
        await made.wire.answer('room:read_all', { marks: [{ room: 2, read_seq: 1, mentions: 0 }] });
        return made;
    }

    it('can be taken back for a while', async () => {
        const { app, wire } = await marked();
        expect([app.rooms.unread, app.toasts.list[0]?.action?.label]).toEqual([0, 'Undo']);
        app.toasts.list[0]?.action?.run();
        expect(wire.pending('room:unread')?.payload).toEqual({ marks: [{ room: 2, read_seq: 1, mentions: 0 }] });
        wire.receive('room:me', { pos: 50, room: 2, me: aMe({ read_seq: 1, unread: 3 }) });
        expect(app.rooms.unread).toBe(3);
    });

    it('cannot any more when the note has gone', async () => {
        const { app } = await marked();
        await vi.advanceTimersByTimeAsync(8000);
        expect(app.toasts.list).toEqual([]);
    });

    it('says so when there was nothing to read', async () => {
        const { app, wire } = await inGeneral();
        app.markAllRead();
        expect([wire.pending('room:read_all'), app.toasts.list[0]?.text]).toEqual([undefined, 'You’re up to date.']);
    });
});

describe('a direct message', () => {
    const dm = (more: Partial<Room> = {}) => aRoom(7, { name: 'dm', slug: 'dm-7', kind: 'dm', users: [2, 9], ...more });

    it('is called after the other one, also when he is called differently', async () => {
        const { app, wire } = await inGeneral();
        wire.receive('room:new', { pos: 30, room: dm(), users: [aUser(2, { display_name: 'Bo' })] });
        await vi.advanceTimersByTimeAsync(500);
        await wire.answer('room:join', { ...joined(dm()), members: [aMember(9), { user: aUser(2, { display_name: 'Bo' }), role: 'member', joined_at: 0 }] });
        expect(app.names.of(app.rooms.get(7) ?? dm())).toBe('Bo');
        wire.receive('user:changed', { pos: 31, user: aUser(2, { display_name: 'Bob' }) });
        expect(app.names.of(app.rooms.get(7) ?? dm())).toBe('Bob');
    });

    it('that one opens comes to the front', async () => {
        const { app, wire } = await inGeneral();
        void app.actions.openDm([2]);
        await wire.answer('dm:open', { room: dm(), users: [aUser(2), ME] });
        expect([location.pathname, app.open.room?.id]).toEqual(['/r/dm-7', 7]);
        app.router.toRoom('general');
        await app.actions.openDm([2]);
        expect([location.pathname, wire.pending('dm:open')]).toEqual(['/r/dm-7', undefined]);
        void app.actions.openDm([2, 3]);
        expect(wire.pending('dm:open')?.payload).toEqual({ users: [2, 3] });
    });
});

describe('rooms', () => {
    it('that another page joined come into the list', async () => {
        const { app, wire } = await inGeneral();
        wire.receive('member:joined', { pos: 30, room: 5, member: aMember(9) });
        await vi.advanceTimersByTimeAsync(500);
        await wire.answer('room:join', joined(aRoom(5, { name: 'Five' })));
        expect(app.rooms.get(5)?.name).toBe('Five');
    });

    it('that one leaves give way to another', async () => {
        const { app, wire } = await inGeneral();
        wire.receive('room:gone', { pos: 30, room: 1, reason: 'left' });
        expect([app.rooms.get(1), app.open.room?.name, app.toasts.list[0]?.text]).toEqual([undefined, 'Other', 'You left General.']);
    });

    it('count their members by events', async () => {
        const { app, wire } = await inGeneral();
        wire.receive('member:joined', { pos: 30, room: 1, member: aMember(3) });
        wire.receive('member:joined', { pos: 31, room: 1, member: aMember(3) });
        expect(app.rooms.get(1)?.member_count).toBe(2);
        wire.receive('member:left', { pos: 32, room: 1, user: 3, reason: 'left' });
        expect([app.rooms.get(1)?.member_count, app.open.opened?.members.count]).toEqual([1, 2]);
    });
});

it('follows presence, and one’s own status from another page', async () => {
    const { app, wire } = await inGeneral();
    const change = { last_seen: 5, text: 'lunch' };
    wire.receive('presence', { changes: [{ user: 2, status: 'away', ...change }, { user: 9, status: 'dnd', ...change }] });
    const { groups } = app.open.opened?.members ?? { groups: undefined };
    expect([groups?.away[0]?.user.status_text, groups?.dnd.length, app.ownStatus.status]).toEqual(['lunch', 1, 'dnd']);
});

it('shows who is typing until the message comes', async () => {
    const { app, wire } = await inGeneral();
    wire.receive('typing', { room: 1, user: 2, on: true });
    expect(app.typing.in(1)).toEqual([2]);
    wire.receive('message:new', isNew(aMessage(4, { author: { ...aUser(2) } })));
    expect(app.typing.in(1)).toEqual([]);
    wire.receive('typing', { room: 1, user: 2, on: true });
    vi.advanceTimersByTime(8000);
    expect(app.typing.in(1)).toEqual([]);
});

it('leaves replies in threads out of the room', async () => {
    const { app, wire } = await inGeneral();
    wire.receive('message:new', isNew(aMessage(1, { thread: 1001, id: 5000 })));
    expect([seqs(app), app.rooms.get(1)?.last_seq]).toEqual([[1, 2, 3], 3]);
});

it.each(Object.keys(eventExamples) as EventName[])('takes the golden %s, known room or not', async (event) => {
    const { wire } = await inGeneral();
    wire.receive(event, eventExamples[event] as Events[typeof event]);
    await settled();
});

describe('without a server', () => {
    const browser = () => ({ store: memoryStore(), database: memoryDatabase() });
    function opened(kept: ReturnType<typeof browser>, answers: (path: string) => Response | undefined) {
        history.replaceState(null, '', '/');
        const { socket, wire } = fakeSocket();
        const viewport = new Viewport((query) => ({ matches: query.includes('min-width'), addEventListener() {} }) as never);
        const api = new Api((path) => {
            const answer = answers(path);
            return answer ? Promise.resolve(answer) : Promise.reject(new TypeError('no network'));
        });
        return { app: new App({ window, root: document.createElement('html'), ...kept, socket, api, viewport, attentive: () => true }), wire };
    }
    const there = (path: string) => new Response(path === '/api/session' ? JSON.stringify({ user: ME }) : JSON.stringify(INFO), { status: path === '/api/session' || path === '/api/server' ? 200 : 404 });
    async function seen(kept: ReturnType<typeof browser>) {
        const { app, wire } = opened(kept, there);
        await app.start();
        wire.receive('ready', ready());
        await wire.answer('room:join', joined(general()));
        await app.seen.keep();
        return { app, wire };
    }

    it('the page stands as it was seen last, and what is written waits', async () => {
        const kept = browser();
        await seen(kept);
        const { app, wire } = opened(kept, () => undefined);
        await app.start();
        expect([app.session.phase, app.open.room?.name, seqs(app), app.server.settings.name]).toEqual(['somebody', 'General', [1, 2, 3], 'Home']);
        app.composer.input('from the tunnel');
        app.composer.send();
        await settled();
        expect(app.outbox.waiting).toBe(1);
        wire.receive('ready', ready({ rooms: [general({ last_seq: 4 })] }));
        await wire.answer('room:join', joined(general({ last_seq: 4 })));
        await settled();
        expect([seqs(app), wire.pending('message:send')?.payload['body']]).toEqual([[1, 2, 3, 4], 'from the tunnel']);
    });

    it('nothing is left for the next one after logging out', async () => {
        const kept = browser();
        const { app } = await seen(kept);
        await app.logOut();
        await settled();
        expect([kept.store.read('me'), await kept.database.table('seen').all(ME.id)]).toEqual([undefined, []]);
        const next = opened(kept, () => undefined);
        await next.app.start();
        expect(next.app.session.phase).toBe('unreachable');
    });
});
