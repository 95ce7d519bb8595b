import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { App } from '$lib/state/app.svelte';
import { Api } from '$lib/state/api';
import { memoryStore } from '$lib/state/storage';
import { Viewport } from '$lib/state/viewport.svelte';
import { fakeSocket } from '$lib/testing/fake-wire';
import { aMe, aRoom, aUser } from '$lib/testing/make';
import { Palette } from './palette.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function opened() {
    const { socket, wire } = fakeSocket();
    const viewport = new Viewport(() => ({ matches: false, addEventListener() {} }) as never);
    const api = new Api(() => Promise.reject(new TypeError('no server')));
    const app = new App({ window, root: document.createElement('html'), store: memoryStore(), socket, api, viewport, attentive: () => true });
    app.session.update(aUser(9));
    app.rooms.reset([aRoom(1, { name: 'Design' }), aRoom(2, { name: 'Redesign' }), aRoom(3, { name: 'Kitchen', last_seq: 2, me: aMe({ unread: 2 }) })]);
    app.people.merge([aUser(9), aUser(2, { display_name: 'Desmond' }), aUser(3, { display_name: 'Ida', status: 'offline' })]);
    socket.open();
    wire.receive('ready', { me: aUser(9), server: { version: '1', now: 0, limits: {} as never }, rooms: [...app.rooms.inOrder], users: [], pos: 1, resumed: false });
    const palette = new Palette(app);
    const keys = () => palette.groups.flatMap((group) => group.options.map((option) => option.key));
    return { app, wire, palette, keys };
}

it('shows unread rooms first before anything is typed, and no people', () => {
    const { keys } = opened();
    expect(keys().slice(0, 3)).toEqual(['room-3', 'room-1', 'room-2']);
    expect(keys().some((key) => key.startsWith('user'))).toBe(false);
});

it('finds rooms, people and commands by the same letters, the best first', () => {
    const { palette, keys } = opened();
    palette.query = 'des';
    expect(keys()).toEqual(['room-1', 'room-2', 'user-2']);
});

it.each([
    ['@', ['user-2', 'user-3']],
    ['@ida', ['user-3']],
    ['#des', ['room-1', 'room-2']],
    ['>log out', ['command-log-out']],
])('%s asks for one kind alone', (query, found) => {
    const { palette, keys } = opened();
    palette.query = query;
    expect(keys()).toEqual(found);
});

it('goes where the marked one leads', () => {
    const { app, palette } = opened();
    palette.query = 'kit';
    palette.run(palette.cursor.marked ?? { key: '', room: aRoom(0) });
    expect(app.router.slug).toBe('kitchen');
});

it('offers rooms of the server to join, and people whom only the server knows', async () => {
    const { palette, keys, wire } = opened();
    await vi.advanceTimersByTimeAsync(200);
    wire.sent.splice(0);
    palette.query = 'gar';
    await vi.advanceTimersByTimeAsync(200);
    await wire.answer('room:list', { rooms: [aRoom(7, { name: 'Garden', me: undefined })], more: false });
    await wire.answer('user:list', { users: [aUser(5, { display_name: 'Gareth' })], more: false });
    expect(keys()).toEqual(['user-5', 'join-7']);
});
