/* Where each dialog's view comes from. They are chunks of their own, by subject: the first visit loads none of
 * them, the first quiet moment all. */
import type { Component } from 'svelte';
import { loadFiles } from '$lib/features/files/load';
import { loadActs } from '$lib/features/message-acts/load';
import type { DialogName, Dialogues } from '$lib/state/dialogs.svelte';

const rooms = () => import('$lib/features/room/dialogs');
const people = () => import('$lib/features/people/dialogs');
const messages = () => import('$lib/features/message-acts/dialogs');
const emoji = () => import('$lib/features/emoji/dialogs');
const settings = () => import('$lib/features/settings/dialogs');
const palette = () => import('$lib/features/palette/Palette.svelte');
const admin = () => import('$lib/features/admin/dialogs');

type Views = { [N in DialogName]: () => Promise<Component<{ about: Dialogues[N]; onclose: () => void }>> };

const views: Views = {
    'create-room': async () => (await rooms()).CreateRoom,
    'browse-rooms': async () => (await rooms()).BrowseRooms,
    'room-settings': async () => (await rooms()).RoomSettings,
    'archive-room': async () => (await rooms()).ArchiveRoom,
    'leave-room': async () => (await rooms()).LeaveRoom,
    'invite-people': async () => (await rooms()).InvitePeople,
    reports: async () => (await rooms()).Reports,
    'start-dm': async () => (await people()).StartDm,
    profile: async () => (await people()).Profile,
    kick: async () => (await people()).Kick,
    ban: async () => (await people()).Ban,
    mute: async () => (await people()).Mute,
    block: async () => (await people()).Block,
    report: async () => (await people()).ReportMessage,
    'delete-message': async () => (await people()).DeleteMessage,
    versions: async () => (await messages()).Versions,
    reactions: async () => (await messages()).Reactors,
    forward: async () => (await messages()).Forward,
    lightbox: async () => (await loadFiles()).Lightbox,
    emoji: async () => (await emoji()).EmojiPicker,
    palette: async () => (await palette()).default,
    status: async () => (await settings()).StatusText,
    'own-profile': async () => (await settings()).OwnProfile,
    account: async () => (await settings()).Account,
    settings: async () => (await settings()).Settings,
    help: async () => (await settings()).Help,
    'log-out': async () => (await settings()).LogOut,
    'invite-link': async () => (await admin()).InviteLink,
    'shut-account': async () => (await admin()).ShutAccount,
};

type AnyView = Component<{ about: unknown; onclose: () => void }>;

export function viewOf(name: DialogName): Promise<AnyView> {
    return views[name]() as Promise<AnyView>;
}

/** Fetches all of them that are not large, and what one acts on messages with, so that one opens at once and also while offline. */
export function prefetchDialogs(): void {
    for (const load of [rooms, people, messages, settings, palette, loadActs, loadFiles]) load().catch(() => {});
}
