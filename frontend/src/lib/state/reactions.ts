/* Reactions: one's own on a message, and which emoji one uses, for the quick row. */
import type { Message } from '$lib/protocol/gen/protocol';
import type { Socket } from '$lib/socket/socket';
import type { Store } from './storage';

const KEY = 'emoji';
const FIRST = ['👍', '❤️', '😂', '🎉', '👀', '✅'];
const QUICK = 6;
const KEPT = 24;

interface Options {
    socket: Socket;
    store: Store;
    changed: (message: Message) => void;
}

export class Reactions {
    readonly #deps: Options;

    constructor(deps: Options) {
        this.#deps = deps;
    }

    /** The emoji used last, the latest first. */
    get recent(): string[] {
        return this.#deps.store.read<string[]>(KEY) ?? [];
    }

    /** A few to choose from at once: the ones used last, filled up with what most people use. */
    get quick(): string[] {
        return [...new Set([...this.recent.slice(0, QUICK), ...FIRST])].slice(0, QUICK);
    }

    used(emoji: string): void {
        this.#deps.store.write(KEY, [...new Set([emoji, ...this.recent])].slice(0, KEPT));
    }

    /** Adds a reaction, or takes it back where the user has it. */
    async toggle(message: Message, emoji: string, user: number): Promise<void> {
        const on = !isMine(message, emoji, user);
        if (on) this.used(emoji);
        this.#deps.changed((await this.#deps.socket.send('message:react', { message: message.id, emoji, on })).message);
    }
}

export function isMine(message: Message, emoji: string, user: number): boolean {
    return message.reactions.some((reaction) => reaction.emoji === emoji && reaction.users.includes(user));
}
