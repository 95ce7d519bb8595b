/* Threads: the one that is open beside its room, and those that the user follows, with what is unread in each.
 *
 * The server tells of following and reading by `thread:me`; what replies do to the unread count follows from the replies
 * themselves, as in rooms. A reply may make the user follow (being mentioned does): then the list is asked for again. */
import { SvelteMap } from 'svelte/reactivity';
import type { FollowedThread, Message, ThreadMe } from '$lib/protocol/gen/protocol';
import type { Socket } from '$lib/socket/socket';
import { calls } from '$lib/text/mentions';
import type { Composer } from './composer.svelte';
import type { Outbox } from './outbox.svelte';
import { Thread } from './thread.svelte';

const LIST = 200;

interface Options {
    socket: Socket;
    outbox: Outbox;
    /** What is written in the open thread. */
    composer: Composer;
    me: () => number;
    attentive: () => boolean;
}

export class Threads {
    #open = $state.raw<Thread>();
    #followed = new SvelteMap<number, FollowedThread>();
    #told = new Map<number, number>();
    #unread = $derived([...this.#followed.values()].filter(({ me }) => me.unread > 0).length);
    readonly #deps: Options;

    constructor(deps: Options) {
        this.#deps = deps;
    }

    /** What is written in the open thread. */
    get composer(): Composer {
        return this.#deps.composer;
    }
    get open(): Thread | undefined {
        return this.#open;
    }
    /** Those that the user follows, the liveliest first. */
    get followed(): FollowedThread[] {
        const at = ({ message }: FollowedThread) => message.last_reply_at ?? message.created_at;
        return [...this.#followed.values()].sort((a, b) => at(b) - at(a));
    }
    /** How many of them have something unread. */
    get unread(): number {
        return this.#unread;
    }

    unreadIn(root: number): number {
        return this.#followed.get(root)?.me.unread ?? 0;
    }
    follows(root: number): boolean {
        return this.#followed.has(root);
    }

    /** Opens a thread beside its room, perhaps at one of its replies. */
    visit(room: number, root: number): Thread {
        const { composer, socket } = this.#deps;
        composer.open(room, root);
        if (this.#open?.id === root) return this.#open;
        const thread = new Thread(socket, root);
        this.#open = thread;
        void thread.load();
        return thread;
    }

    /** Which threads are followed: on every fresh start, and when a reply may have changed it. */
    async load(): Promise<void> {
        try {
            const { threads } = await this.#deps.socket.send('thread:list', { limit: LIST });
            this.#followed.clear();
            for (const thread of threads) this.#followed.set(thread.me.thread, thread);
        } catch {
            // The next start of a connection asks again.
        }
    }

    /** After a break that could not be resumed. */
    async restart(): Promise<void> {
        await Promise.all([this.load(), this.#open?.load()]);
    }

    async follow(root: number, on: boolean): Promise<void> {
        await this.#deps.socket.send('thread:follow', { thread: root, on });
    }

    applyNew(reply: Message): void {
        const root = reply.thread as number;
        const mine = reply.author.id === this.#deps.me();
        if (this.#open?.id === root) this.#open.timeline.applyNew(reply);
        const followed = this.#followed.get(root);
        if (followed) {
            const read_seq = mine ? reply.seq : followed.me.read_seq;
            this.#put({ ...followed, me: { ...followed.me, read_seq, unread: Math.max(0, reply.seq - read_seq) } });
        } else if (mine || calls(reply, this.#deps.me()) || this.#open?.root?.author.id === this.#deps.me() || reply.seq === 1) {
            void this.load();
        }
        this.consider();
    }

    applyChange(message: Message): void {
        this.#open?.applyChange(message);
        const followed = this.#followed.get(message.id);
        if (followed) this.#put({ ...followed, message });
    }

    applyMe(me: ThreadMe): void {
        const followed = this.#followed.get(me.thread);
        if (!me.following) this.#followed.delete(me.thread);
        else if (followed) this.#put({ ...followed, me });
        else void this.load();
    }

    /** To be called whenever the end of the open thread may have come into sight: what is seen is read. */
    consider(): void {
        const thread = this.#open;
        if (!thread || !this.#deps.attentive() || thread.timeline.phase !== 'ready') return;
        const { lastSeq, atEnd, hasAfter } = thread.timeline;
        if (!atEnd || hasAfter || this.unreadIn(thread.id) === 0 || this.#told.get(thread.id) === lastSeq) return;
        this.#told.set(thread.id, lastSeq);
        this.#deps.socket.send('thread:read', { thread: thread.id, seq: lastSeq }).then(
            ({ me }) => this.applyMe(me),
            () => this.#told.delete(thread.id),
        );
    }

    /** What was acked and has not come by an event. */
    async expect(reply: Message): Promise<void> {
        if (this.#open?.id === reply.thread) await this.#open?.timeline.expect(reply.seq);
        this.#deps.outbox.settle(reply.room, reply.thread);
    }

    /** The panel of a thread goes. */
    close(thread = this.#open): void {
        if (thread !== this.#open) return;
        this.#open = undefined;
        this.#deps.composer.open(0);
    }

    clear(): void {
        this.close();
        this.#followed.clear();
        this.#told.clear();
    }

    #put(thread: FollowedThread): void {
        this.#followed.set(thread.me.thread, thread);
    }
}
