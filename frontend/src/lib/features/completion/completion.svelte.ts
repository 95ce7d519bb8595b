/* What is offered while one writes, and what becomes of it. The list opens with the first letters and is steered by keys
 * from the text, in which the focus stays; Escape closes it until another word is begun. */
import { tick } from 'svelte';
import { commandsOf, type Command } from '$lib/features/palette/commands';
import type { Room, User } from '$lib/protocol/gen/protocol';
import type { App } from '$lib/state/app.svelte';
import { mayCallAll } from '$lib/state/policy';
import { completed, triggerAt, type Trigger } from '$lib/text/completion';
import { best } from '$lib/text/search';
import { ListCursor } from '$lib/ui/list-cursor.svelte';

export type Suggestion = { key: string; word: string } & (
    | { user: User }
    | { all: 'here' | 'room' }
    | { room: Room }
    | { emoji: string; name: string }
    | { command: Command }
);

type FindEmoji = (query: string, limit: number) => readonly { emoji: string; shortcodes: readonly string[]; name: string }[];

const LIMIT = 8;

interface Options {
    app: App;
    room: () => Room;
    /** Who wrote last, the latest first. */
    speakers: () => readonly number[];
    loadEmoji?: () => Promise<FindEmoji>;
}

export class Completion {
    #trigger = $state.raw<Trigger>();
    #caret = 0;
    #dismissed = -1;
    #findEmoji = $state.raw<FindEmoji>();
    readonly #deps: Options;
    readonly #loadEmoji: () => Promise<FindEmoji>;
    #suggestions = $derived.by(() => (this.#trigger ? this.#find(this.#trigger) : []));
    readonly cursor = new ListCursor<Suggestion>(() => this.#suggestions);

    constructor(deps: Options) {
        this.#deps = deps;
        this.#loadEmoji = deps.loadEmoji ?? (async () => (await import('$lib/text/emoji-list')).findEmoji);
    }

    get suggestions(): readonly Suggestion[] {
        return this.#suggestions;
    }
    get open(): boolean {
        return this.#suggestions.length > 0;
    }

    /** The text or the place in it is another. */
    follow(text: string, caret: number): void {
        const trigger = triggerAt(text, caret);
        if (trigger?.from !== this.#dismissed) this.#dismissed = -1;
        if (trigger?.query !== this.#trigger?.query || trigger?.kind !== this.#trigger?.kind) this.cursor.reset();
        this.#caret = caret;
        this.#trigger = trigger && trigger.from !== this.#dismissed ? trigger : undefined;
        if (trigger?.kind === 'emoji') void this.#needEmoji();
    }

    close(): void {
        this.#dismissed = this.#trigger?.from ?? -1;
        this.#trigger = undefined;
    }

    /** What a key does to the list; true when it was meant for it. */
    steers(event: KeyboardEvent, area: HTMLTextAreaElement): boolean {
        if (!this.open || event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return false;
        if (event.key === 'ArrowDown' || event.key === 'ArrowUp') this.cursor.move(event.key === 'ArrowDown' ? 1 : -1);
        else if (event.key === 'Escape') this.close();
        else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey && this.cursor.marked) void this.take(this.cursor.marked, area);
        else return false;
        return true;
    }

    /** Puts a suggestion into the text as if it had been typed; a command is done instead. */
    async take(suggestion: Suggestion, area: HTMLTextAreaElement): Promise<void> {
        const trigger = this.#trigger;
        if (!trigger) return;
        this.#trigger = undefined;
        const { text, caret } = 'command' in suggestion ? { text: '', caret: 0 } : completed(area.value, trigger, this.#caret, suggestion.word);
        area.value = text;
        area.dispatchEvent(new InputEvent('input', { bubbles: true }));
        await tick();
        area.setSelectionRange(caret, caret);
        area.focus();
        this.#trigger = undefined;
        if ('command' in suggestion) suggestion.command.run();
        if ('emoji' in suggestion) this.#deps.app.reactions.used(suggestion.emoji);
    }

    async #needEmoji(): Promise<void> {
        try {
            this.#findEmoji ??= await this.#loadEmoji();
        } catch {
            // The next letter tries again.
        }
    }

    #find({ kind, query }: Trigger): Suggestion[] {
        if (kind === 'person') return this.#people(query);
        if (kind === 'room') return this.#rooms(query);
        if (kind === 'emoji') return (this.#findEmoji?.(query, LIMIT) ?? []).map(({ emoji, name, shortcodes }) => ({ key: `emoji-${emoji}`, word: emoji, emoji, name: shortcodes[0] ?? name }));
        return this.#commands(query);
    }

    /* Members, who spoke last first; and all of them at once, for who may call them. */
    #people(query: string): Suggestion[] {
        const { app, room, speakers } = this.#deps;
        const members = app.opened.get(room().id)?.members.all ?? [];
        const byId = new Map(members.map(({ user }) => [user.id, user]));
        const last = [...new Set(speakers())].map((id) => byId.get(id)).filter((user) => user !== undefined);
        const inOrder = [...new Set([...last, ...byId.values()])].filter(({ id }) => id !== app.session.id);
        const found = best(inOrder, query, (user) => [user.name, user.display_name], LIMIT);
        const people = found.map((user): Suggestion => ({ key: `user-${user.id}`, word: `@${user.name}`, user: app.people.get(user.id) ?? user }));
        const all = mayCallAll(room(), app.session.me) ? (['here', 'room'] as const).filter((name) => name.startsWith(query.toLowerCase())) : [];
        return [...people, ...all.map((name): Suggestion => ({ key: name, word: `@${name}`, all: name }))].slice(0, LIMIT);
    }

    #rooms(query: string): Suggestion[] {
        const { rooms } = this.#deps.app;
        const named = rooms.inOrder.filter((room) => room.kind !== 'dm');
        return best(named, query, (room) => [room.name, room.slug], LIMIT).map((room) => ({ key: `room-${room.id}`, word: `#${room.slug}`, room }));
    }

    #commands(query: string): Suggestion[] {
        return best(commandsOf(this.#deps.app), query, ({ id, label }) => [id, label], LIMIT).map((command) => ({ key: `command-${command.id}`, word: `/${command.id}`, command }));
    }
}
