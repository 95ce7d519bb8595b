/* One form's way to the server: busy while it is under way, and the error to show beside the field. */
import { asCommandError, type CommandError } from '$lib/protocol/errors';

export class Submission {
    #busy = $state(false);
    #error = $state.raw<CommandError>();

    get busy(): boolean {
        return this.#busy;
    }
    get error(): CommandError | undefined {
        return this.#error;
    }

    /** Runs `act` unless it runs already; true when it succeeded. */
    async run(act: () => Promise<unknown>): Promise<boolean> {
        if (this.#busy) return false;
        this.#busy = true;
        this.#error = undefined;
        try {
            await act();
            return true;
        } catch (thrown) {
            this.#error = asCommandError(thrown);
            return false;
        } finally {
            this.#busy = false;
        }
    }

    clear(): void {
        this.#error = undefined;
    }
}
