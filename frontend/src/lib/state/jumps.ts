/* Going to a message, wherever it is: into its room, to its place in the log, with what stands around it. */
import type { Socket } from '$lib/socket/socket';
import { errorText } from '$lib/text/error-text';
import type { OpenRoom } from './open-room.svelte';
import type { OpenedRooms } from './opened-rooms';
import type { Rooms } from './rooms.svelte';
import type { Router } from './router.svelte';
import type { Toasts } from './toasts.svelte';

interface Options {
    socket: Socket;
    router: Router;
    rooms: Rooms;
    opened: OpenedRooms;
    open: OpenRoom;
    toasts: Toasts;
    /** Whether a panel stands beside the room and not over it. */
    beside: () => boolean;
    /** Opens the thread of a root beside the room, at one of its replies. */
    toThread: (room: number, root: number, seq?: number) => void;
}

export class Jumps {
    readonly #deps: Options;

    constructor(deps: Options) {
        this.#deps = deps;
    }

    /** Follows the address to the message that it names, once its room is open. */
    follow(): void {
        const { router, open } = this.#deps;
        const id = router.message;
        if (id === undefined || open.phase !== 'open') return;
        router.arrived();
        void this.toId(id);
    }

    async toId(id: number): Promise<void> {
        try {
            this.to((await this.#deps.socket.send('message:get', { message: id })).message);
        } catch (thrown) {
            this.#deps.toasts.show(errorText(thrown), { kind: 'error' });
        }
    }

    /** To a thread beside its room. */
    toThread(room: number, root: number): void {
        this.to({ room, seq: undefined, thread: root });
    }

    /** To a message of one of the user's rooms. */
    to({ room: id, seq, thread }: { room: number; seq?: number; thread?: number }): void {
        const { rooms, router, open, opened, beside, toThread } = this.#deps;
        const room = rooms.get(id);
        if (!room) return;
        if (open.id !== id) router.toRoom(room.slug, { keep: beside() });
        else if (!beside() && !thread) router.closePanel();
        if (thread) toThread(id, thread, seq);
        else if (seq !== undefined) void opened.get(id)?.timeline.goTo(seq);
    }
}
