/* Messages that people brought before the moderators, as far as this user may resolve them. */
import type { Report } from '$lib/protocol/gen/protocol';
import type { Socket } from '$lib/socket/socket';
import { Pages } from './pages.svelte';

export class Reports {
    readonly #socket: Socket;

    constructor(socket: Socket) {
        this.#socket = socket;
    }

    /** The open ones, of one room or of all that the user looks after. */
    list(room?: number): Pages<Report> {
        return new Pages(async (last) => {
            const { reports, more } = await this.#socket.send('report:list', { room, after: last?.id });
            return { items: reports, more };
        });
    }

    async resolve(report: number): Promise<void> {
        await this.#socket.send('report:resolve', { report });
    }
}
