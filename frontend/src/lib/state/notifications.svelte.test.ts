import { describe, expect, it } from 'vitest';
import type { Level, Message, Room, Status } from '$lib/protocol/gen/protocol';
import { aMe, aMessage, aRoom, aUser } from '$lib/testing/make';
import type { Note, Notifier } from './notifier';
import { Notifications, wanted } from './notifications.svelte';
import { People } from './people.svelte';
import { Prefs } from './prefs.svelte';
import { RoomNames } from './room-names';
import { Rooms } from './rooms.svelte';
import { Session } from './session.svelte';
import { memoryStore } from './storage';

const ME = 9;
const calling = aMessage(1, { author: aUser(2), mentions: [ME] });
const plain = aMessage(1, { author: aUser(2) });

describe('a note is wanted', () => {
    it.each([
        ['all', plain, 'online', true],
        ['all', plain, 'dnd', false],
        ['mentions', plain, 'online', false],
        ['mentions', calling, 'away', true],
        ['none', calling, 'online', false],
        ['all', aMessage(1, { author: aUser(ME) }), 'online', false],
    ] as [Level, Message, Status, boolean][])('at level %s, of %o, while %s: %s', (level, message, status, wants) => {
        expect(wanted(message, aRoom(1, { me: aMe({ level }) }), ME, status)).toBe(wants);
    });
});

function aPage({ permission = 'granted' as Notifier['permission'], rooms = [aRoom(1, { name: 'Design', last_seq: 1, me: aMe({ unread: 1 }) })] as Room[] } = {}) {
    const shown: (Note & { closed: boolean })[] = [];
    const looking = { attentive: false, open: 0, wentTo: '', chimes: 0 };
    const notifier: Notifier = {
        permission,
        ask: () => Promise.resolve('granted'),
        chime: () => (looking.chimes += 1),
        show: (note) => {
            const kept = { ...note, closed: false };
            shown.push(kept);
            return { close: () => (kept.closed = true) };
        },
    };
    const people = new People();
    const session = new Session();
    session.update(aUser(ME));
    people.merge([aUser(2, { display_name: 'Bo' })]);
    const list = new Rooms();
    list.reset(rooms);
    
    const notifications = new Notifications({
        notifier,
        prefs: new Prefs(memoryStore()),
        session,
        rooms: list,
        names: new RoomNames({ people, session }),
        people,
        open: { get id() { return looking.open; } } as never,
        router: { toRoom: (slug: string) => (looking.wentTo = slug) } as never,
        attentive: () => looking.attentive,
    });
    return { notifications, shown, looking, list };
}

describe('notes', () => {
    it('say who wrote where, and lead there', () => {
        const { notifications, shown, looking } = aPage();
        notifications.consider(plain);
        expect(shown.map(({ title, body, tag }) => [title, body, tag])).toEqual([['Bo in Design', 'message 1', 'room-1']]);
        shown[0]?.onclick();
        expect(looking.wentTo).toBe('design');
    });

    it('of a direct message say only who', () => {
        const { notifications, shown } = aPage({ rooms: [aRoom(1, { kind: 'dm', users: [2, ME] })] });
        notifications.consider(plain);
        expect(shown[0]?.title).toBe('Bo');
    });

    it('are not for what lies open before one’s eyes', () => {
        const { notifications, shown, looking } = aPage();
        Object.assign(looking, { attentive: true, open: 1 });
        notifications.consider(plain);
        looking.attentive = false;
        notifications.consider(plain);
        expect(shown.length).toBe(1);
    });

    it('go when the room was read', () => {
        const { notifications, shown, list } = aPage();
        notifications.consider(plain);
        notifications.read(list.get(1));
        expect(shown[0]?.closed).toBe(false);
        list.applyRead(1, 1);
        notifications.read(list.get(1));
        expect(shown[0]?.closed).toBe(true);
    });

    it('come with a sound for who wants one, also where the browser shows none', () => {
        const { notifications, shown, looking } = aPage({ permission: 'denied' });
        notifications.consider(plain);
        notifications.sound(true);
        expect(looking.chimes).toBe(1);
        notifications.consider(plain);
        Object.assign(looking, { attentive: true, open: 1 });
        notifications.consider(plain);
        expect([looking.chimes, shown.length]).toEqual([2, 0]);
    });

    it('wait for leave of the browser, and for the user', async () => {
        const { notifications, shown } = aPage({ permission: 'default' });
        notifications.consider(plain);
        await notifications.turn(true);
        notifications.consider(plain);
        await notifications.turn(false);
        notifications.consider(plain);
        expect(shown.length).toBe(1);
    });
});
