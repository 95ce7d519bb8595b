import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeSocket } from '$lib/testing/fake-wire';
import { aUser } from '$lib/testing/make';
import { BACK_MS, bannerOf, Connection, OFFLINE_AFTER_MS, QUIET_MS } from './connection.svelte';

const limits = { body_bytes: 1, payload_bytes: 1, upload_bytes: 1, history: 1, attachments: 1 };
const ready = { me: aUser(1), server: { version: '1', now: 0, limits }, rooms: [], users: [], pos: 1, resumed: false };

describe('the banner', () => {
    const waiting = { phase: 'waiting', attempt: 3, retryAt: 10_000 } as const;
    it.each([
        ['nothing in the first second', { state: waiting, downSince: 0, now: QUIET_MS - 1 }, { kind: 'none' }],
        ['the try and the countdown', { state: waiting, downSince: 4000, now: 6100 }, { kind: 'reconnecting', attempt: 3, retryInS: 4 }],
        ['no countdown while trying', { state: { phase: 'connecting', attempt: 3 } as const, downSince: 4000, now: 6100 }, { kind: 'reconnecting', attempt: 3, retryInS: undefined }],
        ['offline after a while', { state: waiting, downSince: 0, now: OFFLINE_AFTER_MS + 1 }, { kind: 'offline', retryInS: 5 }],
        ['offline at once when the browser says so', { state: waiting, downSince: 0, now: 2000, networkOff: true }, { kind: 'offline', retryInS: undefined }],
        ['that it is back', { state: { phase: 'open' } as const, backSince: 0, now: BACK_MS - 1 }, { kind: 'back' }],
        ['nothing once that is known', { state: { phase: 'open' } as const, backSince: 0, now: BACK_MS }, { kind: 'none' }],
    ])('shows %s', (_, seen, expected) => {
        expect(bannerOf({ networkOff: false, ...seen })).toEqual(expected);
    });
});

describe('a break', () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    function opened() {
        const { socket, wire } = fakeSocket();
        const connection = new Connection(socket);
        socket.open();
        wire.receive('ready', ready);
        return { connection, wire };
    }

    it('that is over within a second was never seen', () => {
        const { connection, wire } = opened();
        wire.drop();
        vi.advanceTimersByTime(900);
        expect(connection.banner.kind).toBe('none');
        wire.receive('ready', ready);
        expect(connection.banner.kind).toBe('none');
    });

    it('that was seen ends with a word, which goes by itself', () => {
        const { connection, wire } = opened();
        wire.drop();
        vi.advanceTimersByTime(1600);
        expect(connection.banner.kind).toBe('reconnecting');
        wire.receive('ready', ready);
        expect(connection.banner.kind).toBe('back');
        vi.advanceTimersByTime(BACK_MS + 300);
        expect(connection.banner.kind).toBe('none');
        expect(vi.getTimerCount()).toBe(0);
    });

    it('is tried anew at once when the network is back', () => {
        const { connection, wire } = opened();
        connection.setNetwork(false);
        wire.drop();
        connection.setNetwork(true);
        expect(wire.connects).toBe(2);
    });
});
