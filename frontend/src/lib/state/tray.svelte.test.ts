import { describe, expect, it } from 'vitest';
import { CommandError } from '$lib/protocol/errors';
import type { Attachment, ErrorCode } from '$lib/protocol/gen/protocol';
import { settled } from '$lib/testing/fake-wire';
import { Tray, type UploadOptions } from './tray.svelte';

const attachmentOf = (file: File): Attachment => ({ id: file.size, name: file.name, type: 'text/plain', size: file.size, url: `/files/${file.size}/${file.name}` });
const aFile = (name: string, size = 1) => new File(['x'.repeat(size)], name);

function aTray() {
    const tries: { file: File; options: UploadOptions; ok: () => Promise<void>; no: (code: ErrorCode) => Promise<void> }[] = [];
    const tray = new Tray({
        upload: (file, options) =>
            new Promise((resolve, reject) => {
                options.signal.addEventListener('abort', () => reject(new CommandError({ code: 'unavailable', message: 'aborted' })));
                const ok = async () => (resolve(attachmentOf(file)), await settled());
                const no = async (code: ErrorCode) => (reject(new CommandError({ code, message: code })), await settled());
                tries.push({ file, options, ok, no });
            }),
        bytesMax: () => 100,
        countMax: () => 3,
    });
    return { tray, tries };
}
const states = (tray: Tray) => tray.items.map(({ state }) => state);
const keyOf = (tray: Tray, index: number) => tray.items[index]?.key ?? 0;

describe('uploading', () => {
    it('sends two at a time, in order, and tells how far they are', async () => {
        const { tray, tries } = aTray();
        tray.add([aFile('a'), aFile('b'), aFile('c')]);
        expect([states(tray), tries.map(({ file }) => file.name)]).toEqual([['uploading', 'uploading', 'waiting'], ['a', 'b']]);
        tries[0]?.options.onProgress(0.5);
        expect([tray.items[0]?.part, tray.busy]).toEqual([0.5, true]);
        await tries[1]?.ok();
        expect([states(tray), tries.length]).toEqual([['uploading', 'done', 'uploading'], 3]);
        await tries[0]?.ok();
        await tries[2]?.ok();
        expect(tray.busy).toBe(false);
        expect(tray.take().map(({ name }) => name)).toEqual(['a', 'b', 'c']);
        expect(tray.items).toEqual([]);
    });

    it('refuses at once what the server would refuse', () => {
        const { tray, tries } = aTray();
        tray.add([aFile('large', 101)]);
        expect([states(tray), tries.length]).toEqual([['failed'], 0]);
        expect(tray.items[0]?.error).toBeTruthy();
        tray.remove(keyOf(tray, 0));
        tray.add(['a', 'b', 'c', 'd'].map((name) => aFile(name)));
        expect([tray.items.length, tray.note !== '']).toEqual([3, true]);
    });

    it('keeps what failed, and tries again with the same file', async () => {
        const { tray, tries } = aTray();
        tray.add([aFile('a')]);
        await tries[0]?.no('unavailable');
        expect([states(tray), tray.busy]).toEqual([['failed'], true]);
        tray.retry(keyOf(tray, 0));
        expect(tries[1]?.file).toBe(tries[0]?.file);
        await tries[1]?.ok();
        expect(states(tray)).toEqual(['done']);
    });

    it('stops what is taken out, and goes on with the next', async () => {
        const { tray, tries } = aTray();
        tray.add([aFile('a'), aFile('b'), aFile('c')]);
        tray.remove(keyOf(tray, 0));
        await settled();
        expect(tries[0]?.options.signal.aborted).toBe(true);
        expect([tray.items.map(({ name }) => name), states(tray)]).toEqual([['b', 'c'], ['uploading', 'uploading']]);
    });
});

describe('a message that failed', () => {
    it('gives its files back, before what is there', async () => {
        const { tray, tries } = aTray();
        tray.add([aFile('later')]);
        await tries[0]?.ok();
        tray.putBack([attachmentOf(aFile('earlier', 7))]);
        expect(tray.take().map(({ name }) => name)).toEqual(['earlier', 'later']);
    });
});
