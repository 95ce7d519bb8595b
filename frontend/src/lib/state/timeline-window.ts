/* The part of a room's history that the page holds: a run of messages without holes, at most WINDOW_MAX of
 * them, and whether there is more on either side. Pure functions from window to window.
 *
 * Invariants: seq grows by one from message to message; `hasAfter` means that the room has newer messages
 * than the last one here, and then new arrivals are not appended.
 */
import type { MessageHistoryData, Message } from '$lib/protocol/gen/protocol';

export const WINDOW_MAX = 300;

/** What is cut off in front is a multiple of this, the longest block of one author: the blocks behind the cut stay. */
export const TRIM_STEP = 20;

export interface Window {
    readonly messages: readonly Message[];
    readonly hasBefore: boolean;
    readonly hasAfter: boolean;
}

export const EMPTY: Window = { messages: [], hasBefore: false, hasAfter: false };

export function firstSeq(window: Window): number {
    return window.messages[0]?.seq ?? 0;
}

export function lastSeq(window: Window): number {
    return window.messages.at(-1)?.seq ?? 0;
}

export function windowOf(page: MessageHistoryData): Window {
    return cutFront({ messages: page.messages, hasBefore: page.has_before, hasAfter: page.has_after });
}

/** Older messages before the window; what is too much then leaves at its end. */
export function withOlder(window: Window, page: MessageHistoryData): Window {
    const older = page.messages.filter((message) => message.seq < firstSeq(window));
    return cutEnd({ ...window, messages: [...older, ...window.messages], hasBefore: page.has_before });
}

/** Newer messages after the window; what is too much then leaves at its front. */
export function withNewer(window: Window, page: MessageHistoryData): Window {
    const newer = page.messages.filter((message) => message.seq > lastSeq(window));
    return cutFront({ ...window, messages: [...window.messages, ...newer], hasAfter: page.has_after });
}

/** A message that was changed, if it is here. */
export function withChanged(window: Window, message: Message): Window {
    if (!window.messages.some((other) => other.id === message.id)) return window;
    return { ...window, messages: window.messages.map((other) => (other.id === message.id ? message : other)) };
}

/** What a new message does to the window: `gap` means that some between were missed and must be fetched. */
export function withNew(window: Window, message: Message, reading: 'end' | 'older'): { window: Window; gap: boolean } {
    if (window.hasAfter) return { window, gap: false };
    if (message.seq <= lastSeq(window)) return { window: withChanged(window, message), gap: false };
    if (message.seq > lastSeq(window) + 1) return { window, gap: true };
    // Who reads further up must not lose the rows under his eyes: the new one waits until he comes down.
    if (reading === 'older' && window.messages.length >= WINDOW_MAX) return { window: { ...window, hasAfter: true }, gap: false };
    return { window: cutFront({ ...window, messages: [...window.messages, message] }), gap: false };
}

function cutFront(window: Window): Window {
    if (window.messages.length <= WINDOW_MAX) return window;
    const excess = Math.ceil((window.messages.length - WINDOW_MAX) / TRIM_STEP) * TRIM_STEP;
    return { ...window, messages: window.messages.slice(excess), hasBefore: true };
}

function cutEnd(window: Window): Window {
    if (window.messages.length <= WINDOW_MAX) return window;
    return { ...window, messages: window.messages.slice(0, WINDOW_MAX), hasAfter: true };
}
