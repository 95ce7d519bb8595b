/* What each event of the server does to the state: one table, read from top to bottom. */
import type { EventName, Events, Message } from '$lib/protocol/gen/protocol';
import { calls } from '$lib/text/mentions';
import { t } from '$lib/text/strings';
import type { App } from './app.svelte';

/* The answer to a join or create comes a moment before or after its event; only what no answer explains is
 * fetched. */
const ADOPT_AFTER_MS = 500;
/* What the page shows by itself: that it reconnects, and that it stands at the door; a session that another one
 * took the place of ends too, and then there is nothing to say. */
const SEEN_ANYWAY = ['server_restart', 'session_ended'];
/* What somebody else did is read more slowly than what one did oneself. */
const READ_SLOWLY_MS = 15_000;

type Handlers = { [E in EventName]: (app: App, payload: Events[E]) => void };

const handlers: Handlers = {
    ready,

    'message:new': newMessage,
    'message:changed': (app, { message }) => app.changes.tell(message),
    'saved:changed': (app, { message, on }) => app.saved.apply(message, on),
    'thread:me': (app, { me }) => app.threads.applyMe(me),

    'draft:changed': (app, { draft }) => app.drafts.apply(draft),

    'room:new': (app, { room, users }) => {
        if (users) app.people.merge(users);
        if (room.kind !== 'public') adopt(app, room.id);
    },
    'room:changed': (app, { room }) => app.rooms.change(room),
    'room:gone': roomGone,
    'room:me': (app, { room, me }) => {
        app.rooms.applyMe(room, me);
        app.reading.reapplyTo(room);
        app.notifications.read(app.rooms.get(room));
    },

    'member:joined': (app, { room, member }) => {
        const members = app.opened.get(room)?.members;
        if (!members?.has(member.user.id)) app.rooms.applyMemberCount(room, 1);
        members?.put(member);
        if (member.user.id === app.session.id) adopt(app, room);
    },
    'member:changed': (app, { room, member }) => app.opened.get(room)?.members.put(member),
    'member:left': (app, { room, user }) => {
        const members = app.opened.get(room)?.members;
        if (!members || members.has(user)) app.rooms.applyMemberCount(room, -1);
        members?.remove(user);
        app.typing.set(room, user, false);
    },

    'user:changed': (app, { user }) => {
        if (app.people.get(user.id)) app.people.merge([user]);
        if (user.id === app.session.id) app.session.update(user);
    },
    'server:changed': (app, { settings }) => app.server.apply(settings),
    'user:blocked': (app, { user, on }) => app.blocks.apply(user, on),
    'report:changed': (app, { room, open }) => {
        const see = { label: t.reports.see, run: () => app.dialogs.show('reports', { room }) };
        if (open) app.toasts.show(t.reports.fresh, { action: see, stayMs: READ_SLOWLY_MS });
    },
    presence: (app, { changes }) => {
        app.people.applyPresence(changes);
        const mine = changes.find((change) => change.user === app.session.id);
        if (mine) app.session.applyPresence(mine);
    },
    typing: (app, { room, user, on }) => app.typing.set(room, user, on),
    notice: (app, { code, message }) => {
        if (!SEEN_ANYWAY.includes(code)) app.toasts.show(message || code);
    },
};

/** Connects the socket's events to the state. */
export function handleEvents(app: App): void {
    for (const event of Object.keys(handlers) as EventName[]) {
        app.socket.on(event, (payload) => (handlers[event] as (app: App, payload: unknown) => void)(app, payload));
    }
}

function ready(app: App, { me, server, rooms, rooms_more: more, users, resumed }: Events['ready']): void {
    app.clock.correct(server.now);
    app.serverIs(server);
    app.session.update(me);
    app.people.merge([me, ...users]);
    app.drafts.openFor(me.id);
    app.outbox.openFor(me.id);
    app.typing.clear();
    if (resumed && app.rooms.loaded) {
        void app.open.resume();
    } else {
        app.rooms.reset(rooms, more);
        void app.blocks.load();
        void app.threads.restart();
        app.saved.restart();
        void app.open.restart();
    }
    if (!app.rooms.isComplete) void app.restOfRooms.load();
    app.reading.reapply();
    void app.drafts.catchUp();
    app.outbox.online();
    app.settle();
    app.seen.keepSoon();
}

function newMessage(app: App, { message, nonce }: Events['message:new']): void {
    if (message.thread) return newReply(app, message, nonce);
    const mine = message.author.id === app.session.id;
    if (mine) app.outbox.confirm(nonce, message);
    app.rooms.applyMessage(message, app.session.id);
    app.opened.get(message.room)?.timeline.applyNew(message);
    app.seen.keepSoon();
    app.typing.set(message.room, message.author.id, false);
    app.reading.consider();
    if (!mine && !app.blocks.has(message.author.id)) {
        announce(app, message);
        app.notifications.consider(message);
    }
}

/* Replies are not part of the room: only who follows the thread, or is called there, is told. */
function newReply(app: App, reply: Message, nonce: string): void {
    const mine = reply.author.id === app.session.id;
    if (mine) app.outbox.confirm(nonce, reply);
    app.threads.applyNew(reply);
    if (mine || app.blocks.has(reply.author.id) || !(calls(reply, app.session.id) || app.threads.follows(reply.thread as number))) return;
    announce(app, reply);
    app.notifications.consider(reply);
}

function announce(app: App, message: Message): void {
    const author = app.people.nameOf(message.author);
    if (calls(message, app.session.id) && app.prefs.announce !== 'off') {
        app.announcer.urge(t.announce.mention(author, roomName(app, message.room), message.body));
    } else if (message.room === app.open.id && app.prefs.announce === 'all') {
        app.announcer.message(author, message.body);
    }
}

function roomGone(app: App, { room: id, reason, text }: Events['room:gone']): void {
    const name = roomName(app, id);
    app.rooms.remove(id);
    app.opened.drop(id);
    if (name) app.toasts.show(t.rooms[reason](name, text ?? ''), { stayMs: reason === 'left' ? undefined : READ_SLOWLY_MS });
    if (app.open.id === id) app.leaveOpenRoom();
}

function roomName(app: App, id: number): string {
    const room = app.rooms.get(id);
    return room ? app.names.of(room) : '';
}

function adopt(app: App, room: number): void {
    setTimeout(() => void app.actions.adopt(room), ADOPT_AFTER_MS);
}
