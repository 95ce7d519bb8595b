/* The server's rooms, searched as one types: for the dialog that browses them, and for the palette. */
import type { Room } from '$lib/protocol/gen/protocol';
import type { Socket } from '$lib/socket/socket';
import { SearchedPages } from './searched-pages.svelte';

export class Directory extends SearchedPages<Room> {
    #archived = $state(false);

    constructor(socket: Socket) {
        super(async (query, after) => {
            const { rooms, more } = await socket.send('room:list', { query, archived: this.#archived || undefined, after: after?.id });
            return { items: rooms, more };
        });
    }

    /** Whether archived rooms are among them. */
    get archived(): boolean {
        return this.#archived;
    }
    set archived(archived: boolean) {
        this.#archived = archived;
        void this.load();
    }
}
