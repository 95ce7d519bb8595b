/* The Markdown that messages may be written in, as a tree for components: never as HTML.
 *
 * The tokenizer is marked's. What it is for documents and not for talk is switched off: HTML, images, tables,
 * definitions, underlined headings, rules, code by indentation, and quotes and `+` lists that swallow the line after
 * them. What is off, unknown or nested too deep stays the text that it was. A chunk of its own: see texts.svelte.ts.
 */
import { Lexer, Tokenizer, type Token, type Tokens } from 'marked';
import { leavesOf, plain, type Block, type Inline, type References } from './inline';
import { hrefOf, linkify } from './linkify';

const DEPTH_MAX = 8;
/** More marks than anybody writes by hand: matching them all would be felt. */
const MARKS_MAX = 2_000;
const QUOTE = /^(?: {0,3}>[^\n]*(?:\n|$))+/;

class ChatTokenizer extends Tokenizer {
    override html = () => undefined;
    override tag = () => undefined;
    override def = () => undefined;
    override table = () => undefined;
    override lheading = () => undefined;
    override hr = () => undefined;
    override code = () => undefined;
    override reflink = () => undefined;
    override autolink = () => undefined;

    override list(src: string) {
        return /^ {0,3}\+/.test(src) ? undefined : super.list(src);
    }

    override blockquote(src: string): Tokens.Blockquote | undefined {
        const raw = QUOTE.exec(src)?.[0];
        if (!raw) return undefined;
        const text = raw.replace(/^ {0,3}> ?/gm, '').replace(/\n$/, '');
        return { type: 'blockquote', raw, text, tokens: this.lexer.blockTokens(text, []) };
    }

    override url(src: string): Tokens.Link | undefined {
        const [first] = /^(?:https?:|www\.|mailto:)/i.test(src) ? linkify(/^\S*/.exec(src)?.[0] ?? '') : [];
        if (first?.kind !== 'link') return undefined;
        const { text, href } = first;
        return { type: 'link', raw: text, href, text, tokens: [{ type: 'text', raw: text, text }] };
    }
}

export function markdown(body: string, references: References): Block[] {
    if ((body.match(/[*_~`[\]>]/g)?.length ?? 0) > MARKS_MAX) return plain(body, references);
    try {
        const lexer = new Lexer({ gfm: true, breaks: true, tokenizer: new ChatTokenizer() });
        return new Reader(references).blocks(lexer.lex(body), 0);
    } catch {
        // Nested so deep that the tokenizer gave up.
        return plain(body, references);
    }
}

/* From marked's tokens to ours. */
class Reader {
    readonly #references: References;

    constructor(references: References) {
        this.#references = references;
    }

    blocks(tokens: readonly Token[], depth: number): Block[] {
        return tokens.flatMap((token) => this.#block(token as Tokens.Generic, depth));
    }

    #block(token: Tokens.Generic, depth: number): Block[] {
        if (depth > DEPTH_MAX) return plain(token.raw.trimEnd(), this.#references);
        switch (token.type) {
            case 'space':
            case 'checkbox':
                return [];
            case 'heading':
                return [{ kind: 'heading', inner: this.#inner(token, depth) }];
            case 'blockquote':
                return [{ kind: 'quote', blocks: this.blocks(token.tokens ?? [], depth + 1) }];
            case 'list':
                return [this.#list(token as Tokens.List, depth)];
            case 'code':
                return [{ kind: 'code', text: token['text'], language: languageOf(token['lang']) }];
            default:
                return [{ kind: 'paragraph', inner: this.#inner(token, depth) }];
        }
    }

    #list(token: Tokens.List, depth: number): Block {
        const items = token.items.map((item) => {
            const blocks = this.blocks(item.tokens, depth + 1);
            return item.task ? ticked(blocks, item.checked === true) : blocks;
        });
        return { kind: 'list', start: token.ordered ? Number(token.start) : undefined, items };
    }

    #inner(token: Tokens.Generic, depth: number): Inline[] {
        if (!token.tokens || depth > DEPTH_MAX) return leavesOf(token.raw, this.#references);
        return joined(token.tokens.flatMap((inner) => this.#inline(inner as Tokens.Generic, depth + 1)), this.#references);
    }

    #inline(token: Tokens.Generic, depth: number): Inline[] {
        switch (token.type) {
            case 'strong':
            case 'em':
                return [{ kind: token.type, inner: this.#inner(token, depth) }];
            case 'del':
                return [{ kind: 'strike', inner: this.#inner(token, depth) }];
            case 'codespan':
                return [{ kind: 'code', text: token['text'] }];
            case 'br':
                return [{ kind: 'text', text: '\n' }];
            case 'escape':
                return [{ kind: 'text', text: token['text'] }];
            case 'link':
                return this.#link(token);
            case 'checkbox':
                return [];
            default:
                return [{ kind: 'text', text: token.raw }];
        }
    }

    #link(token: Tokens.Generic): Inline[] {
        const href = hrefOf(token['href']);
        if (!href) return [{ kind: 'text', text: token.raw }];
        return [{ kind: 'link', href, inner: [{ kind: 'text', text: token['text'] }] }];
    }
}

/* Neighbouring texts are one text, in which links, people and rooms are found: a name may have `_` in it. */
function joined(parts: readonly Inline[], references: References): Inline[] {
    const inlines: Inline[] = [];
    let text = '';
    const close = () => {
        inlines.push(...leavesOf(text, references));
        text = '';
    };
    for (const part of parts) {
        if (part.kind === 'text') {
            text += part.text;
        } else {
            close();
            inlines.push(part);
        }
    }
    close();
    return inlines;
}

function ticked(blocks: Block[], done: boolean): Block[] {
    const box: Inline = { kind: 'text', text: done ? '☑ ' : '☐ ' };
    const [first, ...others] = blocks;
    if (first?.kind !== 'paragraph') return [{ kind: 'paragraph', inner: [box] }, ...blocks];
    return [{ ...first, inner: [box, ...first.inner] }, ...others];
}

/* The first word after the fence, as ```` ```js title ````. */
function languageOf(info: string | undefined): string {
    return /^[\w+#.-]{1,32}/.exec(info ?? '')?.[0].toLowerCase() ?? '';
}
