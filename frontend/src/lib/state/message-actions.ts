/* What one can do to messages besides writing them. Each rejects with the CommandError of its command. */
import type { Message, Version } from '$lib/protocol/gen/protocol';
import type { Socket } from '$lib/socket/socket';
import { Pages } from './pages.svelte';

interface Options {
    socket: Socket;
    changed: (message: Message) => void;
}

export class MessageActions {
    readonly #deps: Options;

    constructor(deps: Options) {
        this.#deps = deps;
    }

    /** Pins a message, or takes it from the pinned ones. */
    async pin({ id, pinned }: Message): Promise<void> {
        this.#deps.changed((await this.#deps.socket.send('message:pin', { message: id, on: !pinned })).message);
    }

    /** What a room has pinned. */
    pins(room: number): Pages<Message> {
        return new Pages(async (last) => {
            const { messages, more } = await this.#deps.socket.send('message:pins', { room, after: last?.id });
            return { items: messages, more };
        });
    }

    /** The texts that a message had. */
    versions(message: number): Pages<Version> {
        return new Pages(async () => ({ items: (await this.#deps.socket.send('message:versions', { message })).versions, more: false }));
    }
}
