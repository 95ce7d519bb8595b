/* Messages that people brought before the moderators, as far as this user may resolve them. */
import type { Report } from '$lib/protocol/gen/protocol';
import type { Socket } from '$lib/socket/socket';
import { Pages } from './pages.svelte';

export class Reports {
    #fresh = $state(0);
    readonly #socket: Socket;

    constructor(socket: Socket) {
        this.#socket = socket;
    }

    /** How many came since somebody looked at them. */
    get fresh(): number {
        return this.#fresh;
    }

    /** The open ones, of one room or of all that the user looks after. */
    list(room?: number): Pages<Report> {
        this.#fresh = 0;
        return new Pages(async (last) => {
            const { reports, more } = await this.#socket.send('report:list', { room, after: last?.id });
            return { items: reports, more };
        });
    }

    async resolve(report: number): Promise<void> {
        await this.#socket.send('report:resolve', { report });
    }

    /** Word came that there is one more, or one less. */
    changed(open: boolean): void {
        if (open) this.#fresh += 1;
    }

    clear(): void {
        this.#fresh = 0;
    }
}
