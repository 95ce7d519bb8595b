/* Which dialog is open, and about whom or what: at most one. */
import type { Attachment, Message } from '$lib/protocol/gen/protocol';

export interface Dialogues {
    'create-room': undefined;
    'browse-rooms': undefined;
    'room-settings': { room: number };
    'archive-room': { room: number; on: boolean; name?: string };
    'leave-room': { room: number };
    'invite-people': { room: number };
    'start-dm': undefined;
    profile: { user: number; room?: number };
    kick: { user: number; room: number };
    ban: { user: number; room: number };
    mute: { user: number; room: number };
    block: { user: number };
    report: { message: Message };
    'delete-message': { message: Message };
    versions: { message: Message };
    reactions: { message: Message };
    forward: { message: Message };
    lightbox: { pictures: readonly Attachment[]; at: number };
    emoji: { onpick: (emoji: string) => void };
    reports: { room?: number };
    palette: undefined;
    status: undefined;
    'own-profile': undefined;
    account: undefined;
    settings: undefined;
    'invite-link': undefined;
    'shut-account': { user: number; onshut?: () => void };
    help: undefined;
    'log-out': undefined;
}
export type DialogName = keyof Dialogues;
type About<N extends DialogName> = Dialogues[N] extends undefined ? [] : [Dialogues[N]];

export interface OpenDialog {
    name: DialogName;
    about: Dialogues[DialogName];
}

export class Dialogs {
    #open = $state.raw<OpenDialog>();

    get open(): OpenDialog | undefined {
        return this.#open;
    }

    show<N extends DialogName>(name: N, ...[about]: About<N>): void {
        this.#open = { name, about };
    }

    /** Closes `dialog` only, if one is given: the browser tells late that one was closed, and then another may be open. */
    close(dialog?: OpenDialog): void {
        if (dialog === undefined || dialog === this.#open) this.#open = undefined;
    }
}
