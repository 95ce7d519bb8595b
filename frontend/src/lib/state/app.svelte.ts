/* The state of the page: each module made once, here, and told of the others only what it needs. Components
 * get it by context. */
import { createContext } from 'svelte';
import type { Limits, Message, ReadyEvent, Room } from '$lib/protocol/gen/protocol';
import { Socket } from '$lib/socket/socket';
import { errorText } from '$lib/text/error-text';
import { t } from '$lib/text/strings';
import { Account } from './account';
import { Admin } from './admin';
import { Announcer } from './announcer.svelte';
import { Api } from './api';
import { Blocks } from './blocks.svelte';
import { Changes } from './changes';
import { Clock } from './clock.svelte';
import { Composer } from './composer.svelte';
import { Connection } from './connection.svelte';
import { memoryDatabase, type Database } from './database';
import { Deletions } from './deletions.svelte';
import { Dialogs } from './dialogs.svelte';
import { Drafts } from './drafts.svelte';
import { Editing } from './editing.svelte';
import { handleEvents } from './events';
import { Jumps } from './jumps';
import { MessageActions } from './message-actions';
import { MessageSearch } from './message-search.svelte';
import { Moderation } from './moderation';
import { Notifications } from './notifications.svelte';
import { browserNotifier, type Notifier } from './notifier';
import { OpenRoom } from './open-room.svelte';
import { OpenedRooms } from './opened-rooms';
import { Outbox } from './outbox.svelte';
import { OwnStatus } from './own-status.svelte';
import { People } from './people.svelte';
import { Prefs } from './prefs.svelte';
import { Reactions } from './reactions';
import { Reading } from './reading';
import { Reports } from './reports';
import { RestOfRooms } from './rest-of-rooms';
import { RoomActions } from './room-actions';
import { RoomNames } from './room-names';
import { Rooms, unreadOf } from './rooms.svelte';
import { Router, type Window as RouterWindow } from './router.svelte';
import { ServerInfo } from './server-info.svelte';
import { Saved } from './saved.svelte';
import { Seen } from './seen';
import { Session } from './session.svelte';
import type { Store } from './storage';
import { Texts } from './texts.svelte';
import { oneTab, type Tabs } from './tabs';
import { Threads } from './threads.svelte';
import { Toasts, UNDO_MS } from './toasts.svelte';
import { Tray } from './tray.svelte';
import { Typing } from './typing.svelte';
import { uploadFile } from './upload-request';
import { Viewport } from './viewport.svelte';

export const [useApp, provideApp] = createContext<App>();

/** How soon a server that did not answer at all is asked again. */
const START_AGAIN_MS = 3_000;
const BODY_BYTES_UNTIL_TOLD = 16_384;

interface Options {
    window: RouterWindow;
    root: HTMLElement;
    store: Store;
    database?: Database;
    tabs?: Tabs;
    socket?: Socket;
    session?: Session;
    api?: Api;
    viewport?: Viewport;
    notifier?: Notifier;
    attentive: () => boolean;
}

export class App {
    readonly prefs: Prefs;
    readonly viewport: Viewport;
    readonly server: ServerInfo;
    readonly session: Session;
    readonly socket: Socket;
    readonly connection: Connection;
    readonly router: Router;
    readonly clock = new Clock();
    readonly people = new People();
    readonly rooms = new Rooms();
    readonly restOfRooms: RestOfRooms;
    readonly names: RoomNames;
    readonly blocks: Blocks;
    readonly texts: Texts;
    readonly typing = new Typing();
    readonly toasts = new Toasts();
    readonly dialogs = new Dialogs();
    readonly announcer = new Announcer();
    readonly drafts: Drafts;
    readonly outbox: Outbox;
    readonly composer: Composer;
    readonly threads: Threads;
    readonly changes = new Changes();
    readonly deletions: Deletions;
    readonly editing: Editing;
    readonly reactions: Reactions;
    readonly messageActions: MessageActions;
    readonly saved: Saved;
    readonly jumps: Jumps;
    readonly search: MessageSearch;
    readonly opened: OpenedRooms;
    readonly open: OpenRoom;
    readonly actions: RoomActions;
    readonly account: Account;
    readonly admin: Admin;
    readonly moderation: Moderation;
    readonly reports: Reports;
    readonly notifications: Notifications;
    readonly reading: Reading;
    readonly ownStatus: OwnStatus;
    readonly seen: Seen;
    #limits: Limits | undefined;
    #version: string | undefined;
    #updated = false;
    #startTimer: ReturnType<typeof setTimeout> | undefined;
    readonly #store: Store;

    constructor({ window, root, store, database = memoryDatabase(), tabs = oneTab(), socket, session, api = new Api(), viewport, notifier = browserNotifier(), attentive }: Options) {
        this.#store = store;
        this.prefs = new Prefs(store, root);
        this.viewport = viewport ?? new Viewport();
        this.server = new ServerInfo(api);
        this.session = session ?? new Session(api);
        this.socket = socket ?? new Socket();
        this.connection = new Connection(this.socket);
        this.restOfRooms = new RestOfRooms({ ...this, onPage: () => this.settle() });
        this.names = new RoomNames(this);
        this.blocks = new Blocks(this);
        this.texts = new Texts(this);
        this.router = new Router(window);
        this.drafts = new Drafts({
            store,
            socket: this.socket,
            now: () => this.clock.now(),
            watched: (room) => attentive() && this.open.id === room,
        });
        this.outbox = new Outbox({
            store,
            database,
            tabs,
            now: () => this.clock.now(),
            send: async ({ room, body, nonce, reply, thread, also_room, attachments }) =>
                (await this.socket.send('message:send', { room, body, nonce, reply_to: reply?.id, thread, also_room, attachments: attachments?.map(({ id }) => id) })).message,
            onMissing: (message) => void this.#fetchMissing(message),
        });
        const bodyBytesMax = () => this.#limits?.body_bytes ?? BODY_BYTES_UNTIL_TOLD;
        const tray = () => new Tray({ upload: uploadFile, bytesMax: () => this.#limits?.upload_bytes ?? Infinity, countMax: () => this.#limits?.attachments ?? 10 });
        this.composer = new Composer({ ...this, bodyBytesMax, tray, typing: (room, on) => void this.socket.send('typing', { room, on }).catch(() => {}) });
        this.threads = new Threads({ ...this, composer: new Composer({ ...this, bodyBytesMax, tray, typing: () => {} }), me: () => this.session.id, attentive });
        this.opened = new OpenedRooms(this.socket, this.people);
        this.open = new OpenRoom({ ...this, onShown: (room) => this.#shown(room) });
        this.actions = new RoomActions(this);
        this.account = new Account({ ...this, api });
        this.admin = new Admin(this.socket);
        this.moderation = new Moderation(this);
        this.reports = new Reports(this.socket);
        this.notifications = new Notifications({ ...this, notifier, attentive });
        const changed = (message: Message) => this.changes.tell(message);
        this.deletions = new Deletions(this);
        this.editing = new Editing({ ...this, changed });
        this.reactions = new Reactions({ ...this, store, changed });
        this.messageActions = new MessageActions({ ...this, changed });
        this.saved = new Saved(this.socket);
        this.search = new MessageSearch(this);
        this.jumps = new Jumps({ ...this, beside: () => this.viewport.size === 'desktop', toThread: (room, root, seq) => this.toThread(room, root, seq) });
        this.reading = new Reading({ ...this, attentive });
        this.ownStatus = new OwnStatus(this.socket, this.session);
        this.seen = new Seen({ ...this, store, database });
        this.socket.watch(() => this.#follow());
        this.router.watch(() => this.settle());
        this.changes.watch((message) => this.opened.get(message.room)?.timeline.applyChange(message));
        this.changes.watch((message) => this.threads.applyChange(message));
        this.changes.watch((message) => this.saved.applyChange(message));
        this.changes.watch((message) => this.search.applyChange(message));
        handleEvents(this);
    }

    /** Finds out who is here and connects him. */
    async start(): Promise<void> {
        this.clock.start();
        clearTimeout(this.#startTimer);
        await Promise.all([this.session.ask(), this.server.load()]);
        if (this.session.phase === 'nobody') this.seen.clear();
        if (this.session.phase === 'unreachable' && (await this.seen.recall())) this.#recalled();
        this.connect();
        if (this.session.phase === 'unreachable') this.#startTimer = setTimeout(() => void this.start(), START_AGAIN_MS);
    }

    /* Without a server the page stands as it was seen last; what is written waits. */
    #recalled(): void {
        this.drafts.openFor(this.session.id);
        this.outbox.openFor(this.session.id);
        this.settle();
    }

    connect(): void {
        if (this.session.phase === 'somebody') this.socket.open();
    }

    /** The browser's word on the network. */
    network(on: boolean): void {
        this.connection.setNetwork(on);
        if (on && this.session.phase === 'unreachable') void this.start();
    }

    /** Ends the session and forgets what belonged to it. */
    async logOut(): Promise<void> {
        await this.drafts.tell();
        await this.session.end();
        this.drafts.clear();
        this.#forget();
        this.seen.clear();
        this.router.toList();
    }

    /** The page may be about to go: whatever waits for a pause does not wait any more. */
    goodbye(): void {
        this.drafts.flush();
        void this.drafts.tell();
        void this.seen.keep();
    }

    /** Chooses a language, none for the browser's; the words are the page's for good, so that it starts anew. */
    speak(language: string | undefined): void {
        this.prefs.choose({ language });
        this.goodbye();
        location.reload();
    }

    /** Does something at the press of a button that has no place of its own for an error. */
    attempt(act: () => Promise<unknown>): void {
        act().catch((error) => this.toasts.show(errorText(error), { kind: 'error' }));
    }

    /** All rooms are read, and for a while that can be taken back. */
    markAllRead(): void {
        if (this.rooms.inOrder.every((room) => unreadOf(room) === 0)) {
            this.toasts.show(t.rooms.upToDate);
            return;
        }
        this.attempt(async () => {
            const undo = await this.reading.markEverything();
            this.toasts.show(t.rooms.allRead, { action: { label: t.common.undo, run: () => this.attempt(undo) }, stayMs: UNDO_MS });
        });
    }

    /** Lets the user choose an emoji to react with. */
    pickReaction(message: Message): void {
        const onpick = (emoji: string) => this.attempt(() => this.reactions.toggle(message, emoji, this.session.id));
        this.dialogs.show('emoji', { onpick });
    }

    /** Opens the search beside the room: in it alone, or everywhere. */
    toSearch({ here = false } = {}): void {
        const { room } = this.open;
        if (here && room) this.search.add(`in:${room.slug}`);
        this.router.openPanel({ kind: 'search' });
    }

    /** Opens a thread beside its room, perhaps at one of its replies. */
    toThread(room: number, root: number, seq?: number): void {
        const { timeline } = this.threads.visit(room, root);
        if (seq !== undefined) void timeline.goTo(seq);
        this.router.openPanel({ kind: 'thread', root });
    }

    /** There is another build of the app: said once, and left to the user. */
    updated(): void {
        if (this.#updated) return;
        this.#updated = true;
        const run = () => {
            this.goodbye();
            location.reload();
        };
        this.toasts.show(t.connection.updated, { action: { label: t.common.reload, run }, stays: true });
    }

    /** What the server says about itself at each start of a connection. */
    serverIs({ version, limits, settings }: ReadyEvent['server']): void {
        this.#limits = limits;
        if (settings) this.server.apply(settings);
        if (this.#version !== undefined && this.#version !== version) this.updated();
        this.#version = version;
    }

    /** Lets the page follow the address; where there is room for both, a list without a room opens one. */
    settle(): void {
        const home = this.router.page === 'rooms' && this.router.slug === undefined && this.viewport.size !== 'phone' && this.#home();
        if (home) this.router.toRoom(home, { replace: true });
        else this.open.follow();
        this.jumps.follow();
    }

    /** The open room is none of ours any more. */
    leaveOpenRoom(): void {
        this.#store.remove('last');
        this.router.toList();
        this.settle();
    }

    #shown(room: Room): void {
        this.#store.write('last', room.slug);
        this.seen?.keepSoon();
        this.reading.leave(room.id);
        this.jumps.follow();
    }

    #home(): string | undefined {
        const last = this.#store.read<string>('last') ?? 'general';
        const found = this.rooms.find(last);
        return found || !this.rooms.isComplete ? found?.slug : this.rooms.inOrder[0]?.slug;
    }

    #follow(): void {
        const { phase } = this.socket.state;
        if (phase === 'waiting') {
            this.outbox.offline();
            this.typing.clear();
        }
        if (phase === 'refused') {
            this.#forget();
            this.session.lost();
            this.seen.clear();
            this.toasts.show(t.errors.unauthorized);
        }
    }

    #forget(): void {
        this.deletions.flush();
        this.socket.close();
        this.drafts.flush();
        this.outbox.close();
        this.reading.clear();
        this.typing.clear();
        this.rooms.clear();
        this.people.clear();
        this.blocks.clear();
        this.threads.clear();
        this.saved.clear();
        this.search.typed = '';
        this.notifications.clear();
        this.opened.keepOnly(0);
        this.dialogs.close();
        this.open.follow();
    }

    async #fetchMissing(message: Message): Promise<void> {
        if (message.thread) return this.threads.expect(message);
        await this.opened.get(message.room)?.timeline.expect(message.seq);
        this.outbox.settle(message.room);
    }
}
