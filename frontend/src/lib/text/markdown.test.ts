import { describe, expect, it } from 'vitest';
import { atBest } from '$lib/testing/at-best';
import { hasMarkup, NO_REFERENCES, plain, type Block, type Inline, type References } from './inline';
import { markdown } from './markdown';

const read = (body: string) => markdown(body, NO_REFERENCES);

/** The tree as one line: `p[b[bold] and c[code]]`. */
function drawn(blocks: readonly Block[]): string {
    return blocks.map(drawBlock).join(' ');
}
function drawBlock(block: Block): string {
    if (block.kind === 'quote') return `quote[${drawn(block.blocks)}]`;
    if (block.kind === 'list') return `${block.start ?? 'list'}[${block.items.map(drawn).join(', ')}]`;
    if (block.kind === 'code') return `pre:${block.language}[${block.text}]`;
    return `${block.kind === 'heading' ? 'h' : 'p'}[${block.inner.map(drawInline).join('')}]`;
}
function drawInline(inline: Inline): string {
    if (inline.kind === 'text') return inline.text;
    if (inline.kind === 'link') return `a:${inline.href}[${inline.inner.map(drawInline).join('')}]`;
    if ('inner' in inline) return `${inline.kind}[${inline.inner.map(drawInline).join('')}]`;
    return `${inline.kind}[${inline.text}]`;
}

describe('what is written is shown as meant', () => {
    it.each([
        ['**bold** and *slanted* and ~~gone~~ and `code`', 'p[strong[bold] and em[slanted] and strike[gone] and code[code]]'],
        ['one\ntwo', 'p[one\ntwo]'],
        ['one\n\ntwo', 'p[one] p[two]'],
        ['> said\nanswered', 'quote[p[said]] p[answered]'],
        ['> a\n> b\n\nc', 'quote[p[a\nb]] p[c]'],
        ['hello\n- one\n- two', 'p[hello] list[p[one], p[two]]'],
        ['3. three\n4. four', '3[p[three], p[four]]'],
        ['- [ ] open\n- [x] done', 'list[p[☐ open], p[☑ done]]'],
        ['# Title\ntext', 'h[Title] p[text]'],
        ['```js\nlet a = "<b>";\n```', 'pre:js[let a = "<b>";]'],
        ['```\nunclosed', 'pre:[unclosed]'],
        ['[here](https://example.org/a_b_c)', 'p[a:https://example.org/a_b_c[here]]'],
        ['see https://example.org/a_b_*c*.', 'p[see a:https://example.org/a_b_*c[https://example.org/a_b_*c]*.]'],
        ['**https://example.org**', 'p[strong[a:https://example.org/[https://example.org]]]'],
        ['snake_case_name and 2*3*4', 'p[snake_case_name and 2em[3]4]'],
        ['\\*not slanted\\*', 'p[*not slanted*]'],
    ])('%j', (body, expected) => {
        expect(drawn(read(body))).toBe(expected);
    });
});

describe('what is no part of it stays the text that it was', () => {
    it.each([
        '<b>bold</b> `x`'.replace(' `x`', ''),
        '![alt](https://example.org/a.png)',
        '| a | b |\n|---|---|\n| c | d |',
        '[name]: https://example.org',
        'Title\n===',
        '---',
        '    four spaces',
        '+ plus',
        '<https://>',
        '[x](javascript:alert(1))',
        '[x](data:text/html,<script>alert(1)</script>)',
        '&lt;b&gt; &amp; &#106;avascript:',
        '#general is no title',
    ])('%j', (body) => {
        expect(textOf(read(body)).trim()).toBe(body.trim());
    });
});

function textOf(blocks: readonly Block[]): string {
    const inline = (one: Inline): string => ('inner' in one ? one.inner.map(inline).join('') : one.text);
    const block = (one: Block): string => {
        if (one.kind === 'quote') return textOf(one.blocks);
        if (one.kind === 'list') return one.items.map(textOf).join('\n');
        return one.kind === 'code' ? one.text : one.inner.map(inline).join('');
    };
    return blocks.map(block).join('\n');
}

describe('people and rooms in the text', () => {
    const references: References = {
        people: [
            { id: 1, name: 'bob' },
            { id: 2, name: 'bob_the_builder' },
            { id: 3, name: 'Ünal' },
        ],
        all: 'here',
        hasRoom: (slug) => slug === 'tea-corner',
    };
    it.each([
        ['@bob. Hello', 'p[person[@bob]. Hello]'],
        ['(@bob_the_builder)', 'p[(person[@bob_the_builder])]'],
        ['**@ünal**', 'p[strong[person[@ünal]]]'],
        ['@bobby and a@bob', 'p[@bobby and a@bob]'],
        ['@here, @room', 'p[all[@here], @room]'],
        ['#tea-corner or #nowhere, a#tea-corner', 'p[room[#tea-corner] or #nowhere, a#tea-corner]'],
        ['`@bob #tea-corner`', 'p[code[@bob #tea-corner]]'],
        ['https://example.org/@bob#tea-corner', 'p[a:https://example.org/@bob#tea-corner[https://example.org/@bob#tea-corner]]'],
    ])('%j', (body, expected) => {
        expect(drawn(markdown(body, references))).toBe(expected);
        if (!/[*`]/.test(body)) expect(drawn(plain(body, references))).toBe(expected);
    });
});

it('knows what needs no tokenizer', () => {
    expect(['hello', 'a - b', 'https://example.org/?a=1', ':-)', '1 + 1'].filter(hasMarkup)).toEqual([]);
    expect(['*a*', '> a', 'x\n- a', '1. a', '`a`', 'a_b_', '~~a~~', '[a](b)'].filter((body) => !hasMarkup(body))).toEqual([]);
});

it.each(['*', '**a', '_a_ ', '`', '~~', '[', '[a](', '> ', '>', '- ', '1. ', '![', '\\', '<', '*a **b ', '```\n', '# ', '|', ' '])(
    'threat 36: takes a message full of %j in its stride',
    (part) => {
        const body = part.repeat(16_384 / part.length);
        let blocks: readonly Block[] = [];
        expect(atBest(() => (blocks = read(body)))).toBeLessThan(2_000);
        expect(depthOf(blocks)).toBeLessThan(20);
    },
);

function depthOf(blocks: readonly Block[]): number {
    const depths = blocks.map((block) => (block.kind === 'quote' ? depthOf(block.blocks) : block.kind === 'list' ? Math.max(...block.items.map(depthOf)) : 0));
    return 1 + Math.max(0, ...depths);
}
