/* What a screen reader is told. New messages are gathered: at most one utterance each two seconds, a count
 * where there were several. History is never announced. */
import { t } from '$lib/text/strings';

export const GATHER_MS = 2_000;
const SPOKEN_CHARS_MAX = 200;

export class Announcer {
    #polite = $state('');
    #assertive = $state('');
    #gathered: string[] = [];
    #timer: ReturnType<typeof setTimeout> | undefined;
    #quietUntil = 0;

    get polite(): string {
        return this.#polite;
    }
    get assertive(): string {
        return this.#assertive;
    }

    message(author: string, body: string): void {
        this.#gathered.push(t.announce.message(author, body.slice(0, SPOKEN_CHARS_MAX)));
        this.#timer ??= setTimeout(() => this.#speak(), Math.max(0, this.#quietUntil - Date.now()));
    }

    /** Says something that may wait until the reader pauses. */
    say(text: string): void {
        this.#polite = again(this.#polite, text);
    }

    /** Says at once that something concerns the user, or went wrong. */
    urge(text: string): void {
        this.#assertive = again(this.#assertive, text);
    }

    #speak(): void {
        const [only, ...more] = this.#gathered;
        if (only) this.say(more.length === 0 ? only : t.announce.messages(more.length + 1));
        this.#gathered = [];
        this.#timer = undefined;
        this.#quietUntil = Date.now() + GATHER_MS;
    }
}

/* A live region speaks only when its text changes; an invisible space makes a repetition a change. */
function again(before: string, text: string): string {
    return before === text ? `${text}\u00a0` : text;
}
