/* The first question, and what to say about each answer that cannot be had. */
import type { CommandError } from '$lib/protocol/errors';
import type { App } from '$lib/state/app.svelte';
import { Submission } from '$lib/state/submission.svelte';
import { errorText, secondsOf } from '$lib/text/error-text';
import { t } from '$lib/text/strings';

const NAME_CHARS_MAX = 32;

export class NameForm {
    readonly #submission = new Submission();
    #name = $state('');
    #asked = $state('');
    #complaint = $state('');
    #app: App;

    constructor(app: App) {
        this.#app = app;
    }

    get name(): string {
        return this.#name;
    }
    set name(name: string) {
        this.#name = name;
        this.#complaint = '';
        this.#submission.clear();
    }
    get busy(): boolean {
        return this.#submission.busy;
    }
    /** A free name like the wanted one. */
    get suggestion(): string | undefined {
        return this.#submission.error?.suggestion;
    }
    get error(): string | undefined {
        const error = this.#submission.error;
        return this.#complaint || (error && explain(error, this.#asked));
    }

    async submit(name = this.#name): Promise<void> {
        this.#asked = name.trim();
        this.#complaint = complaintOf(this.#asked);
        if (this.#complaint) return;
        const done = await this.#submission.run(() => this.#app.session.start(this.#asked));
        if (done) this.#app.connect();
    }
}

/* Only what needs no server to know; what a name may hold is the server's to say. */
function complaintOf(name: string): string {
    if (!name) return t.name.empty;
    return [...name].length > NAME_CHARS_MAX ? t.name.tooLong : '';
}

function explain(error: CommandError, name: string): string {
    if (error.code === 'conflict') return t.name.taken(name);
    if (error.code === 'bad_request') return errorText(error);
    if (error.code === 'rate_limited') return t.name.tooFast(secondsOf(error.retryAfterMs ?? 1000));
    return t.name.unreachable;
}
