import { asCommandError } from '$lib/protocol/errors';
import { t } from './strings';

/** One sentence for people about why something did not work. */
export function errorText(thrown: unknown): string {
    const error = asCommandError(thrown);
    if (error.code === 'rate_limited') return t.errors.rate_limited(secondsOf(error.retryAfterMs ?? 1000));
    // What exactly is wrong with a text or a wish the server says best.
    if (['bad_request', 'conflict', 'forbidden'].includes(error.code) && error.message) return error.message;
    return t.errors[error.code];
}

export function secondsOf(ms: number): number {
    return Math.max(1, Math.ceil(ms / 1000));
}
