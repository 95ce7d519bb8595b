import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Message } from '$lib/protocol/gen/protocol';
import { fakeSocket, settled } from '$lib/testing/fake-wire';
import { aMessage } from '$lib/testing/make';
import { Deletions } from './deletions.svelte';
import { Editing } from './editing.svelte';
import { Toasts, UNDO_MS } from './toasts.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function made() {
    const { socket, wire } = fakeSocket();
    const [toasts, changed]: [Toasts, Message[]] = [new Toasts(), []];
    const deletions = new Deletions({ socket, toasts });
    const editing = new Editing({ socket, deletions, changed: (message) => changed.push(message) });
    socket.open();
    wire.receive('ready', { me: {}, server: {}, rooms: [], users: [], pos: 1, resumed: false } as never);
    return { editing, deletions, toasts, wire, changed };
}
const mine = aMessage(3);

describe('editing', () => {
    it('begins with the last message that is one’s own and still stands', () => {
        const { editing, deletions } = made();
        const others = aMessage(5, { author: { ...mine.author, id: 2 } });
        deletions.begin(aMessage(4));
        expect(editing.beginLast([aMessage(2), mine, aMessage(4), others, aMessage(6, { deleted: true })], 1)).toBe(true);
        expect([editing.in(1)?.seq, editing.in(2), editing.in(1, 7), editing.text]).toEqual([3, undefined, undefined, 'message 3']);
        expect(made().editing.beginLast([others], 1)).toBe(false);
    });

    it('saves what is another text, and nothing else', async () => {
        const { editing, wire, changed } = made();
        editing.begin(mine);
        await editing.save();
        expect([editing.on, wire.sent.length]).toEqual([false, 0]);
        editing.begin(mine);
        editing.input('  better ');
        void editing.save();
        expect(wire.pending('message:edit')?.payload).toEqual({ message: 1003, body: 'better' });
        await wire.answer('message:edit', { message: { ...mine, body: 'better' } });
        expect([editing.on, changed[0]?.body]).toEqual([false, 'better']);
    });

    it('keeps what could not be saved, and says why', async () => {
        const { editing, wire } = made();
        editing.begin(mine);
        editing.input('better');
        void editing.save();
        await wire.refuseCommand('message:edit', 'rate_limited', { retry_after_ms: 1000 });
        expect([editing.on, editing.text, editing.error?.code, editing.busy]).toEqual([true, 'better', 'rate_limited', false]);
    });

    it('takes an emptied text for a wish to delete', async () => {
        const { editing, deletions, wire } = made();
        editing.begin(mine);
        editing.input(' ');
        await editing.save();
        expect([editing.on, deletions.has(mine.id), wire.sent.length]).toEqual([false, true, 0]);
    });
});

describe('deleting', () => {
    it('waits for a change of mind, then tells the server', async () => {
        const { deletions, toasts, wire } = made();
        deletions.begin(mine);
        toasts.list[0]?.action?.run();
        expect(deletions.has(mine.id)).toBe(false);
        vi.advanceTimersByTime(UNDO_MS);
        expect(wire.sent.length).toBe(0);
        deletions.begin(mine);
        vi.advanceTimersByTime(UNDO_MS);
        expect(wire.pending('message:delete')?.payload).toEqual({ message: 1003 });
        deletions.undo(mine.id);
        expect(deletions.has(mine.id)).toBe(true);
        await wire.answer('message:delete', {});
        expect(deletions.has(mine.id)).toBe(false);
    });

    it('brings the message back where the server will not delete it', async () => {
        const { deletions, toasts, wire } = made();
        deletions.begin(mine);
        vi.advanceTimersByTime(UNDO_MS);
        await wire.refuseCommand('message:delete', 'unavailable');
        expect([deletions.has(mine.id), toasts.list.at(-1)?.kind]).toEqual([false, 'error']);
    });

    it('deletes at once when the page goes', async () => {
        const { deletions, wire } = made();
        deletions.begin(mine);
        deletions.flush();
        await settled();
        vi.advanceTimersByTime(UNDO_MS);
        expect(wire.sent.map(({ command }) => command)).toEqual(['message:delete']);
    });
});
