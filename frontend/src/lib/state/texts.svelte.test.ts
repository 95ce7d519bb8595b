import { describe, expect, it } from 'vitest';
import { markdown } from '$lib/text/markdown';
import { aMessage, aRoom, aUser } from '$lib/testing/make';
import { settled } from '$lib/testing/fake-wire';
import { People } from './people.svelte';
import { Rooms } from './rooms.svelte';
import { Texts } from './texts.svelte';

function someTexts(load = async () => markdown) {
    const [people, rooms] = [new People(), new Rooms()];
    people.merge([aUser(2, { name: 'bob' })]);
    rooms.reset([aRoom(1, { name: 'Tea corner' })]);
    let loads = 0;
    const texts = new Texts({ people, rooms, load: () => ((loads += 1), load()) });
    return { texts, loads: () => loads, kinds: (body: string) => texts.blocksOf(aMessage(1, { body, mentions: [2] })).flatMap((block) => ('inner' in block ? block.inner.map((one) => one.kind) : [block.kind])) };
}

describe('texts', () => {
    it('fetch the tokenizer for the first text that may need it, once', async () => {
        const { texts, loads, kinds } = someTexts();
        kinds('plain');
        expect(loads()).toBe(0);
        expect(kinds('**bold**')).toEqual(['text']);
        kinds('*again*');
        await settled();
        expect([loads(), texts.complete, kinds('**bold**')]).toEqual([1, true, ['strong']]);
    });

    it('stay as they were written where it cannot be had, and try again', async () => {
        let down = true;
        const { loads, kinds } = someTexts(async () => {
            if (down) throw new Error('offline');
            return markdown;
        });
        expect(kinds('**bold**')).toEqual(['text']);
        await settled();
        down = false;
        kinds('**bold**');
        await settled();
        expect([loads(), kinds('**bold**')]).toEqual([2, ['strong']]);
    });

    it('know whom the message mentions and which rooms the reader has', () => {
        expect(someTexts().kinds('@bob in #tea-corner, not @eve in #elsewhere')).toEqual(['person', 'text', 'room', 'text']);
    });
});
