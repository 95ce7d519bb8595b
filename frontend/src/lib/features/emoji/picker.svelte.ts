/* What the picker shows: what was used last, a group, or what a query finds; and where in its grid one is. */
import { emojisOf, findEmoji } from '$lib/text/emoji-list';

export const COLUMNS = 8;
const FOUND_MAX = 80;
export const GROUPS = [0, 1, 3, 4, 5, 6, 7, 8, 9] as const;
export type Group = (typeof GROUPS)[number];

export interface Choice {
    emoji: string;
    name: string;
}

export class Picker {
    #query = $state('');
    #group = $state<Group>(0);
    readonly recent: readonly Choice[];
    #shown = $derived.by((): readonly Choice[] => (this.#query.trim() ? findEmoji(this.#query, FOUND_MAX) : emojisOf(this.#group)));

    constructor(recent: readonly string[]) {
        this.recent = recent.map((emoji) => ({ emoji, name: emoji }));
    }

    get query(): string {
        return this.#query;
    }
    set query(query: string) {
        this.#query = query;
    }
    get group(): Group {
        return this.#group;
    }
    set group(group: Group) {
        this.#group = group;
        this.#query = '';
    }
    get shown(): readonly Choice[] {
        return this.#shown;
    }
}

/** Where a key leads from place `from` of `count` in the grid. */
export function moved(key: string, from: number, count: number, rtl: boolean): number | undefined {
    const aside = rtl ? -1 : 1;
    const steps: Record<string, number> = { ArrowRight: aside, ArrowLeft: -aside, ArrowDown: COLUMNS, ArrowUp: -COLUMNS, Home: -from, End: count - 1 - from };
    const step = steps[key];
    if (step === undefined) return undefined;
    const to = from + step;
    return to >= 0 && to < count ? to : from;
}
