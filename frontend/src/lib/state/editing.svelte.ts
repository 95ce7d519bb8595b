/* A message of one's own that is being given another text, in the place where one writes; what was being written
 * there waits meanwhile. */
import type { Message } from '$lib/protocol/gen/protocol';
import { asCommandError, type CommandError } from '$lib/protocol/errors';
import type { Socket } from '$lib/socket/socket';
import type { Deletions } from './deletions.svelte';

interface Options {
    socket: Socket;
    deletions: Deletions;
    /** Called with the message as the server has it then. */
    changed: (message: Message) => void;
}

export class Editing {
    #message = $state.raw<Message>();
    #text = $state('');
    #busy = $state(false);
    #error = $state.raw<CommandError>();
    readonly #deps: Options;

    constructor(deps: Options) {
        this.#deps = deps;
    }

    /** What is edited in a room, or in the thread of a root in it. */
    in(room: number, thread?: number): Message | undefined {
        const message = this.#message;
        return message?.room === room && message.thread === thread ? message : undefined;
    }
    get on(): boolean {
        return this.#message !== undefined;
    }
    get text(): string {
        return this.#text;
    }
    get busy(): boolean {
        return this.#busy;
    }
    get error(): CommandError | undefined {
        return this.#error;
    }

    begin(message: Message): void {
        this.#message = message;
        this.#text = message.body;
        this.#error = undefined;
    }

    /** Begins with the last of these that `user` wrote and that can be edited; false when there is none. */
    beginLast(messages: readonly Message[], user: number): boolean {
        const last = messages.findLast((message) => message.author.id === user && !message.deleted && !this.#deps.deletions.has(message.id));
        if (last) this.begin(last);
        return last !== undefined;
    }

    input(text: string): void {
        this.#text = text;
    }

    cancel(): void {
        this.#message = undefined;
    }

    /** Saves; a text that was emptied deletes the message, which can be undone. What cannot be saved stays here. */
    async save(): Promise<void> {
        const message = this.#message;
        const body = this.#text.trim();
        if (!message || this.#busy) return;
        if (body === message.body) return this.cancel();
        if (!body && message.attachments.length === 0) {
            this.cancel();
            return this.#deps.deletions.begin(message);
        }
        await this.#send(message, body);
    }

    async #send(edited: Message, body: string): Promise<void> {
        this.#busy = true;
        this.#error = undefined;
        try {
            const { message } = await this.#deps.socket.send('message:edit', { message: edited.id, body });
            this.#deps.changed(message);
            if (this.#message === edited) this.cancel();
        } catch (thrown) {
            this.#error = asCommandError(thrown);
        }
        this.#busy = false;
    }
}
