import { describe, expect, it, vi } from 'vitest';
import type { Message, Room } from '$lib/protocol/gen/protocol';
import type { App } from '$lib/state/app.svelte';
import { aMe, aMessage, aRoom, aUser } from '$lib/testing/make';
import { actsOf } from './acts';
import { actByKey } from './keys';

function anApp(room: Room = aRoom(1), { deleting = false, saved = false } = {}) {
    const app = {
        rooms: { get: () => room },
        session: { id: 9, me: aUser(9) },
        clock: { now: () => 0 },
        deletions: { has: () => deleting, begin: vi.fn() },
        saved: { has: () => saved },
        editing: { begin: vi.fn() },
        dialogs: { show: vi.fn() },
        composer: { answer: vi.fn() },
    };
    return app as unknown as App & typeof app;
}
const by = (id: number) => ({ ...aMessage(1).author, id });
const mine = (more: Partial<Message> = {}) => aMessage(1, { author: by(9), ...more });
const ids = (app: App, message: Message) => actsOf(app, message).map(({ id }) => id);

describe('what one can do with a message', () => {
    it('is one’s own to change, another’s to report', () => {
        expect(ids(anApp(), mine())).toEqual(expect.arrayContaining(['edit', 'delete']));
        expect(ids(anApp(), mine())).not.toContain('report');
        expect(ids(anApp(), aMessage(1))).toEqual(expect.arrayContaining(['report', 'profile', 'reply', 'react']));
        expect(ids(anApp(), aMessage(1))).not.toEqual(expect.arrayContaining(['edit']));
        expect(ids(anApp(), aMessage(1))).not.toContain('delete');
    });

    it('is more for moderators', () => {
        const room = aRoom(1, { me: aMe({ role: 'moderator' }) });
        expect(ids(anApp(room), aMessage(1))).toEqual(expect.arrayContaining(['pin', 'delete']));
        expect(ids(anApp(), aMessage(1))).not.toContain('pin');
        expect(ids(anApp(aRoom(1, { kind: 'dm' })), aMessage(1))).toContain('pin');
    });

    it('is less where nobody writes, in threads, and nothing for what is gone', () => {
        expect(ids(anApp(aRoom(1, { archived: true })), mine())).not.toEqual(expect.arrayContaining(['react']));
        expect(ids(anApp(aRoom(1, { archived: true })), mine())).toEqual(expect.arrayContaining(['copy', 'save']));
        expect(ids(anApp(), mine({ thread: 5 }))).not.toEqual(expect.arrayContaining(['reply']));
        expect([ids(anApp(), mine({ deleted: true })), ids(anApp(aRoom(1), { deleting: true }), mine())]).toEqual([[], []]);
    });

    it('asks before another’s message goes, not before one’s own', () => {
        const run = (app: App, message: Message) => actsOf(app, message).find(({ id }) => id === 'delete')?.run();
        const app = anApp(aRoom(1, { me: aMe({ role: 'owner' }) }));
        run(app, mine());
        expect(app.deletions.begin).toHaveBeenCalledTimes(1);
        run(app, aMessage(1));
        expect(app.dialogs.show).toHaveBeenCalledWith('delete-message', { message: aMessage(1) });
    });
});

it('goes by keys, but not with Ctrl or while an input method is at work', () => {
    const app = anApp();
    const press = (key: string, more: KeyboardEventInit = {}) => actByKey(new KeyboardEvent('keydown', { key, ...more }), app, mine());
    press('e', { ctrlKey: true });
    press('e', { isComposing: true });
    press('x');
    expect(app.editing.begin).not.toHaveBeenCalled();
    press('E');
    expect(app.editing.begin).toHaveBeenCalledWith(mine());
    const keys = actsOf(app, aMessage(1, { reactions: [{ emoji: '👍', users: [], count: 1 }] })).flatMap(({ key }) => key ?? []);
    expect(new Set(keys).size).toBe(keys.length);
});
