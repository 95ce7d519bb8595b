/* What the server says of itself before one signs in: its name, and who may come in how. */
import type { ServerInfo as Info, ServerSettings } from '$lib/protocol/gen/protocol';
import type { Api } from './api';

const UNTIL_TOLD: ServerSettings = { name: '', registration: 'closed', guests: true };

export class ServerInfo {
    #settings = $state.raw(UNTIL_TOLD);
    #setup = $state(false);
    #setupOpen = $state(false);
    readonly #api: Api;

    constructor(api: Api) {
        this.#api = api;
    }

    get settings(): ServerSettings {
        return this.#settings;
    }
    /** Whether there is no owner yet. */
    get setup(): boolean {
        return this.#setup;
    }
    /** Whether this very browser may make the owner without a link. */
    get setupOpen(): boolean {
        return this.#setupOpen;
    }

    async load(): Promise<void> {
        try {
            const { settings, setup, setup_open } = await this.#api.request<Info>('GET', '/api/server');
            this.#settings = settings;
            this.#setup = setup ?? false;
            this.#setupOpen = setup_open ?? false;
        } catch {
            // A name alone may do; whether it does, the server says when one tries.
        }
    }

    apply(settings: ServerSettings): void {
        this.#settings = settings;
    }
}
