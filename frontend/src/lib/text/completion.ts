/* What is completed while one writes: the beginning of a name after `@` or `#`, of an emoji after `:`, of a command after
 * `/` at the very start. Pure: from a text and a place in it. */
export type TriggerKind = 'person' | 'room' | 'emoji' | 'command';

export interface Trigger {
    kind: TriggerKind;
    /** Where what is replaced begins. */
    from: number;
    query: string;
}

/* Names may begin where the server finds mentions; an emoji needs two letters, for `:)` and `12:30` are common. */
const TRIGGERS: readonly [TriggerKind, RegExp][] = [
    ['person', /(?<![\p{L}\p{M}\p{N}_.\-@])@([\p{L}\p{M}\p{N}_.-]*)$/u],
    ['room', /(?<![\p{L}\p{M}\p{N}_#&/])#([\p{L}\p{M}\p{N}-]*)$/u],
    ['emoji', /(?<![\p{L}\p{M}\p{N}:]):([\p{L}\p{M}\p{N}_+-]{2,})$/u],
    ['command', /^\/([\p{L}-]*)$/u],
];
/* A name is no longer than this, so neither is what must be looked at. */
const LOOKED_AT = 100;

export function triggerAt(text: string, caret: number): Trigger | undefined {
    if (inFence(text, caret)) return undefined;
    const start = Math.max(0, caret - LOOKED_AT);
    const before = text.slice(start, caret);
    for (const [kind, pattern] of TRIGGERS) {
        const match = pattern.exec(before);
        if (match && (kind !== 'command' || start === 0)) return { kind, from: start + match.index, query: match[1] ?? '' };
    }
    return undefined;
}

/** The text with what was begun replaced, and where the caret goes: behind it and a space. */
export function completed(text: string, { from }: Trigger, caret: number, word: string): { text: string; caret: number } {
    const rest = text.slice(caret);
    const space = rest.startsWith(' ') ? '' : ' ';
    return { text: text.slice(0, from) + word + space + rest, caret: from + word.length + 1 };
}

/* Within ``` nothing is a name. */
function inFence(text: string, caret: number): boolean {
    return (text.slice(0, caret).match(/^```/gm)?.length ?? 0) % 2 === 1;
}
