/* Name and password, for logging in and for making an account; with it goes what let one do so: the secret of
 * an invitation or of the set-up link. */
import type { App } from '$lib/state/app.svelte';
import { Submission } from '$lib/state/submission.svelte';
import { errorText } from '$lib/text/error-text';
import { t } from '$lib/text/strings';

export class AccountForm {
    name = $state('');
    displayName = $state('');
    password = $state('');
    readonly #submission = new Submission();
    readonly #app: App;

    constructor(app: App) {
        this.#app = app;
        if (app.session.me?.kind === 'guest') this.name = app.session.me.name;
    }

    get busy(): boolean {
        return this.#submission.busy;
    }
    get suggestion(): string | undefined {
        return this.#submission.error?.suggestion;
    }

    /** What is wrong with one field, or with no field in particular. */
    errorAt(field?: 'name' | 'password' | 'display_name'): string | undefined {
        const error = this.#submission.error;
        if (!error || error.field !== field) return undefined;
        return errorText(error);
    }
    get logInError(): string | undefined {
        const error = this.#submission.error;
        if (!error) return undefined;
        return error.code === 'unauthorized' || error.code === 'forbidden' || error.code === 'not_found' ? t.logIn.wrong : errorText(error);
    }

    logIn(): Promise<boolean> {
        return this.#run(() => this.#app.session.logIn(this.name.trim(), this.password));
    }

    register(secret: { invite?: string; setup?: string } = {}): Promise<boolean> {
        const wish = { name: this.name.trim(), password: this.password, display_name: this.displayName.trim() || undefined };
        return this.#run(() => this.#app.session.register({ ...wish, ...secret }));
    }

    async #run(act: () => Promise<void>): Promise<boolean> {
        const done = await this.#submission.run(act);
        if (done) this.#app.connect();
        return done;
    }
}
