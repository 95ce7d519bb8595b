import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, it } from 'vitest';
import { hasMarkup, NO_REFERENCES, plain } from '$lib/text/inline';
import { markdown } from '$lib/text/markdown';
import MessageText from './MessageText.svelte';

let shown: Record<string, unknown> | undefined;
afterEach(() => void (shown && unmount(shown)));

function render(body: string): HTMLElement {
    const target = document.createElement('div');
    shown = mount(MessageText, { target, props: { body, blocks: hasMarkup(body) ? markdown(body, NO_REFERENCES) : plain(body) } });
    flushSync();
    return target;
}

it.each(['<img src=x onerror=alert(1)>', '<script>alert(1)</script>', '&lt;b&gt; &amp;', '[x](javascript:alert(1))'])(
    'shows %j as it was written',
    (body) => {
        const target = render(body);
        expect(target.textContent).toBe(body);
        expect(target.querySelectorAll('p *').length).toBe(0);
    },
);

it('keeps the lines', () => {
    expect(render('one\n\n  two').querySelector('p')?.textContent).toBe('one\n\n  two');
});

it('makes links that give nothing away and open elsewhere', () => {
    const links = [...render('see https://example.org/a?b=1&c=2. javascript:alert(1)').querySelectorAll('a')];
    expect(links.map((link) => [link.getAttribute('href'), link.textContent])).toEqual([
        ['https://example.org/a?b=1&c=2', 'https://example.org/a?b=1&c=2'],
    ]);
    expect(links[0]?.rel.split(' ')).toEqual(expect.arrayContaining(['noopener', 'noreferrer']));
    expect(links[0]?.target).toBe('_blank');
});

it('lets each message have its own direction', () => {
    expect(render('שלום').querySelector('p')?.dir).toBe('auto');
});

it('makes elements of marks', () => {
    const target = render('**bold** `code`\n> said\n\n1. one\n\n```\n<b>\n```');
    expect([...target.querySelectorAll('strong, p > code, blockquote, ol, pre')].map((one) => [one.tagName, one.textContent])).toEqual([
        ['STRONG', 'bold'],
        ['CODE', 'code'],
        ['BLOCKQUOTE', 'said'],
        ['OL', 'one'],
        ['PRE', '<b>'],
    ]);
});
