import { describe, expect, it, vi } from 'vitest';
import type { App } from '$lib/state/app.svelte';
import { settled } from '$lib/testing/fake-wire';
import { aMember, aRoom, aUser } from '$lib/testing/make';
import { Completion } from './completion.svelte';

const room = aRoom(1, { name: 'General', member_count: 4 });
const members = [
    aMember(9, { user: aUser(9, { name: 'me' }) }),
    aMember(2, { user: aUser(2, { name: 'ana', display_name: 'Ana Ek' }) }),
    aMember(3, { user: aUser(3, { name: 'anton' }) }),
    aMember(4, { user: aUser(4, { name: 'bo' }) }),
];

function made({ speakers = [] as number[], size = 4 } = {}) {
    const dialogs = { show: vi.fn() };
    const reactions = { used: vi.fn() };
    const app = {
        opened: { get: () => ({ members: { all: members } }) },
        open: {},
        people: { get: () => undefined },
        session: { id: 9, me: aUser(9) },
        rooms: { inOrder: [room, aRoom(2, { name: 'Tea corner' }), aRoom(3, { kind: 'dm' })] },
        dialogs,
        reactions,
    } as unknown as App;
    const loadEmoji = async () => (query: string) => (query.startsWith('ta') ? [{ emoji: '🌮', name: 'taco', shortcodes: ['taco'] }] : []);
    const completion = new Completion({ app, room: () => ({ ...room, member_count: size }), speakers: () => speakers, loadEmoji });
    const area = document.createElement('textarea');
    const type = (text: string) => {
        area.value = text;
        completion.follow(text, text.length);
    };
    const words = () => completion.suggestions.map(({ word }) => word);
    const press = (key: string, more: KeyboardEventInit = {}) => completion.steers(new KeyboardEvent('keydown', { key, ...more }), area);
    return { completion, area, type, words, press, dialogs, reactions };
}

describe('what is offered', () => {
    it('is the members, who spoke last first, but not oneself', () => {
        const { type, words } = made({ speakers: [3, 9] });
        type('hi @');
        expect(words()).toEqual(['@anton', '@ana', '@bo', '@here', '@room']);
        type('hi @an');
        expect(words()).toEqual(['@anton', '@ana']);
        type('hi @ek');
        expect(words()).toEqual(['@ana']);
    });

    it('is everybody at once only where that calls them', () => {
        const { type, words } = made({ size: 51 });
        type('@h');
        expect(words()).toEqual([]);
    });

    it('is rooms, but no direct messages', () => {
        const { type, words } = made();
        type('#');
        expect(words()).toEqual(['#general', '#tea-corner']);
    });

    it('is emoji as soon as their list has come', async () => {
        const { type, words, completion } = made();
        type(':ta');
        expect(completion.open).toBe(false);
        await settled();
        expect(words()).toEqual(['🌮']);
    });
});

describe('keys', () => {
    it('move, take and leave alone what is not theirs', async () => {
        const { type, press, area } = made();
        type('hi @an');
        expect([press('ArrowDown'), press('Enter'), area.value]).toEqual([true, true, 'hi @anton ']);
        await settled();
        expect([press('Enter'), press('ArrowUp')]).toEqual([false, false]);
    });

    it('take with Tab, not with Shift, not while an input method is at work', () => {
        const { type, press, area } = made();
        type('@an');
        expect([press('Enter', { isComposing: true }), press('Tab', { shiftKey: true }), press('a')]).toEqual([false, false, false]);
        expect([press('Tab'), area.value]).toEqual([true, '@ana ']);
    });

    it('close with Escape until another word is begun', () => {
        const { type, press, completion } = made();
        type('@a');
        expect([press('Escape'), completion.open]).toEqual([true, false]);
        type('@an');
        expect(completion.open).toBe(false);
        type('@an @an');
        expect(completion.open).toBe(true);
    });

    it('do a command, and leave nothing behind', async () => {
        const { type, press, area, dialogs } = made();
        type('/hel');
        press('Enter');
        await settled();
        expect([area.value, dialogs.show.mock.calls]).toEqual(['', [['help']]]);
    });
});
