import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ReadyEvent } from '$lib/protocol/gen/protocol';
import { fakeSocket } from '$lib/testing/fake-wire';
import { aMessage, aUser } from '$lib/testing/make';

const limits = { body_bytes: 16384, payload_bytes: 131072, upload_bytes: 1, history: 200, attachments: 10 };
const ready = (more: Partial<ReadyEvent> = {}): ReadyEvent => ({
    me: aUser(1),
    server: { version: '1', now: 0, limits },
    rooms: [],
    users: [],
    pos: 10,
    resumed: false,
    ...more,
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function opened() {
    const made = fakeSocket();
    made.socket.open();
    made.wire.receive('ready', ready());
    return made;
}

describe('a command', () => {
    it('resolves with the data of its ack', async () => {
        const { socket, wire } = opened();
        const answer = socket.send('room:list', {});
        await wire.answer('room:list', { rooms: [], more: false });
        await expect(answer).resolves.toEqual({ rooms: [], more: false });
    });

    it('rejects with what the server says', async () => {
        const { socket, wire } = opened();
        const answer = socket.send('room:create', { name: 'x' });
        answer.catch(() => {});
        await wire.refuseCommand('room:create', 'conflict', { field: 'name' });
        await expect(answer).rejects.toMatchObject({ code: 'conflict', field: 'name', passing: false });
    });

    it('fails at once before ready, and is not sent later', async () => {
        const { socket, wire } = fakeSocket();
        socket.open();
        await expect(socket.send('room:list', {})).rejects.toMatchObject({ code: 'offline', passing: true });
        wire.receive('ready', ready());
        expect(wire.sent).toEqual([]);
    });

    it('ends as a time-out when the connection breaks under it', async () => {
        const { socket, wire } = opened();
        const answer = socket.send('room:list', {});
        answer.catch(() => {});
        wire.drop();
        await expect(answer).rejects.toMatchObject({ code: 'timeout' });
    });
});

describe('reconnecting', () => {
    it('waits longer each time, and starts over once it was open', () => {
        const { socket, wire } = opened();
        wire.drop();
        expect(socket.state).toMatchObject({ phase: 'waiting', attempt: 1 });
        vi.advanceTimersByTime(500);
        expect(socket.state).toEqual({ phase: 'connecting', attempt: 1 });
        wire.refuse();
        expect(socket.state).toMatchObject({ phase: 'waiting', attempt: 2, retryAt: Date.now() + 1000 });
        vi.advanceTimersByTime(1000);
        wire.receive('ready', ready());
        wire.drop();
        expect(socket.state).toMatchObject({ phase: 'waiting', attempt: 1 });
    });

    it('can be hurried', () => {
        const { socket, wire } = opened();
        wire.drop();
        socket.retryNow();
        expect(wire.connects).toBe(2);
        vi.advanceTimersByTime(60_000);
        expect(wire.connects).toBe(2);
    });

    it('keeps the pause that a busy server asks for', () => {
        const { socket, wire } = fakeSocket();
        socket.open();
        wire.refuse({ code: 'rate_limited', message: '', retry_after_ms: 9000 });
        expect(socket.state).toMatchObject({ phase: 'waiting', retryAt: Date.now() + 9000 });
    });

    it('stops when the server no longer knows the session', () => {
        const { socket, wire } = opened();
        wire.drop();
        vi.advanceTimersByTime(500);
        wire.refuse({ code: 'unauthorized', message: '' });
        vi.advanceTimersByTime(60_000);
        expect(socket.state.phase).toBe('refused');
        expect(wire.connects).toBe(2);
    });

    it('says how far it has come', () => {
        const { wire } = opened();
        expect(wire.auth).toEqual({ rooms: 200 });
        wire.receive('message:new', { pos: 14, message: aMessage(1), nonce: 'nonce-01' });
        wire.receive('message:new', { pos: 12, message: aMessage(2), nonce: 'nonce-02' });
        wire.receive('typing', { room: 1, user: 2, on: true });
        wire.drop();
        vi.advanceTimersByTime(500);
        expect(wire.auth).toEqual({ rooms: 200, since: 14 });
    });

    it('takes a fresh start as the new mark, even a lower one', () => {
        const { wire } = opened();
        wire.drop();
        vi.advanceTimersByTime(500);
        wire.receive('ready', ready({ pos: 3 }));
        wire.drop();
        vi.advanceTimersByTime(500);
        expect(wire.auth).toEqual({ rooms: 200, since: 3 });
    });

    it('is left alone after closing', () => {
        const { socket, wire } = opened();
        socket.close();
        wire.drop();
        vi.advanceTimersByTime(60_000);
        expect(wire.connects).toBe(1);
    });
});
