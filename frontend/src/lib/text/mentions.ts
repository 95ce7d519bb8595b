import type { Message } from '$lib/protocol/gen/protocol';

/** Whether a message calls this user, by name or as one of all. */
export function calls(message: Message, userId: number): boolean {
    return message.mentions.includes(userId) || message.mentions_all !== undefined;
}
