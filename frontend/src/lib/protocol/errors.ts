import type { ErrorCode, ErrorBody } from './gen/protocol';

/* Why a request has no result: the server's word, or one of two things that only a client can know:
 * `offline` (nothing was sent) and `timeout` (it was sent, and whether it was done is not known). */
export class CommandError extends Error {
    readonly code: ErrorCode | 'offline' | 'timeout';
    readonly field?: string;
    readonly retryAfterMs?: number;
    readonly suggestion?: string;

    constructor(error: Omit<ErrorBody, 'code'> & { code: ErrorCode | 'offline' | 'timeout' }) {
        super(error.message);
        this.name = 'CommandError';
        this.code = error.code;
        this.field = error.field;
        this.retryAfterMs = error.retry_after_ms;
        this.suggestion = error.suggestion;
    }

    /** True where the same request may well succeed later without anybody changing it. */
    get passing(): boolean {
        return ['offline', 'timeout', 'rate_limited', 'unavailable', 'internal'].includes(this.code);
    }
}

/** Anything thrown, as a CommandError: what is not one counts as being offline. */
export function asCommandError(thrown: unknown): CommandError {
    if (thrown instanceof CommandError) return thrown;
    return new CommandError({ code: 'offline', message: String(thrown) });
}
