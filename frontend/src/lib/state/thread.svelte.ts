/* One thread beside its room: the root, its replies, and what is being written there. */
import { asCommandError, type CommandError } from '$lib/protocol/errors';
import type { Message } from '$lib/protocol/gen/protocol';
import type { Socket } from '$lib/socket/socket';
import { PAGE, Timeline } from './timeline.svelte';

export class Thread {
    readonly id: number;
    readonly timeline: Timeline;
    #root = $state.raw<Message>();
    #error = $state.raw<CommandError>();
    readonly #socket: Socket;

    constructor(socket: Socket, id: number) {
        this.id = id;
        this.#socket = socket;
        this.timeline = new Timeline((range) => socket.send('message:history', { thread: id, ...range }));
    }

    get root(): Message | undefined {
        return this.#root;
    }
    get error(): CommandError | undefined {
        return this.#error;
    }

    async load(): Promise<void> {
        this.#error = undefined;
        try {
            const [root, page] = await Promise.all([
                this.#socket.send('message:get', { message: this.id }),
                this.#socket.send('message:history', { thread: this.id, limit: PAGE }),
            ]);
            this.#root = root.message;
            this.timeline.load(page);
        } catch (thrown) {
            this.#error = asCommandError(thrown);
            this.timeline.failed();
        }
    }

    /** A message that is another: the root or a reply. */
    applyChange(message: Message): void {
        if (message.id === this.id) this.#root = message;
        else if (message.thread === this.id) this.timeline.applyChange(message);
    }
}
