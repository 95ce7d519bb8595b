/* What has been begun and not sent, by room and thread. It is in local storage a moment after a key, and at the
 * server after a pause, from where it follows the person to other devices.
 *
 * Of two versions the one that was edited later counts. Nothing is taken from under somebody's hands, though: a
 * later version from elsewhere is offered beside what stands in front of him, or was not told the server yet.
 */
import { SvelteMap } from 'svelte/reactivity';
import { asCommandError } from '$lib/protocol/errors';
import type { Draft as Told } from '$lib/protocol/gen/protocol';
import type { Socket } from '$lib/socket/socket';
import type { Store } from './storage';

const SETTLE_MS = 300;
const TELL_MS = 2_000;

interface Draft {
    readonly room: number;
    readonly thread?: number;
    readonly body: string;
    readonly at: number;
    /** Whether the server has just this. */
    readonly told: boolean;
    /** Whether the server has anything, which is to be forgotten there too. */
    readonly there: boolean;
}

/** Another version of a draft: from another device, or what stood here before that was taken. */
export interface Offer {
    readonly body: string;
    readonly from: 'elsewhere' | 'here';
}

interface Options {
    store: Store;
    socket: Pick<Socket, 'send'>;
    /** Whether the user is looking at the place. */
    watched?: (room: number, thread?: number) => boolean;
    now?: () => number;
}

export class Drafts {
    #user = 0;
    #drafts = new SvelteMap<string, Draft>();
    #offers = new SvelteMap<string, Offer>();
    /** What was told the server last, by place: that is what it tells back. */
    #said = new Map<string, string>();
    #unwritten = new Set<string>();
    #telling = new Set<string>();
    #writeTimer: ReturnType<typeof setTimeout> | undefined;
    #tellTimer: ReturnType<typeof setTimeout> | undefined;
    #watchers: ((room: number, thread?: number) => void)[] = [];
    readonly #store: Store;
    readonly #socket: Pick<Socket, 'send'>;
    readonly #watched: (room: number, thread?: number) => boolean;
    readonly #now: () => number;

    constructor({ store, socket, watched = () => false, now = Date.now }: Options) {
        this.#store = store;
        this.#socket = socket;
        this.#watched = watched;
        this.#now = now;
    }

    openFor(user: number): void {
        if (user === this.#user) return;
        this.#leave();
        this.#user = user;
        for (const key of this.#store.keys(this.#key(''))) {
            const draft = this.#store.read<Draft>(key);
            if (draft?.body !== undefined) this.#drafts.set(placeOf(draft.room, draft.thread), draft);
        }
    }

    /** Forgets the user's drafts in this browser, but for what the server does not have. */
    clear(): void {
        for (const [place, draft] of this.#drafts) if (draft.told) this.#drop(place);
        this.#leave();
        this.#user = 0;
    }

    get(room: number, thread?: number): string {
        return this.#drafts.get(placeOf(room, thread))?.body ?? '';
    }

    /** Another version that the user may want instead. */
    offer(room: number, thread?: number): Offer | undefined {
        return this.#offers.get(placeOf(room, thread));
    }

    /** Calls `watcher` when a draft changed other than by `set`. */
    watch(watcher: (room: number, thread?: number) => void): void {
        this.#watchers.push(watcher);
    }

    set(room: number, body: string, thread?: number): void {
        const place = placeOf(room, thread);
        const there = this.#drafts.get(place)?.there ?? false;
        this.#put({ room, thread, body, at: this.#now(), told: body === '' && !there, there });
        if (body === '' && there) void this.#tell(place);
        else this.#tellLater();
    }

    /** Swaps the offered version with the one that stands there. */
    take(room: number, thread?: number): void {
        const place = placeOf(room, thread);
        const offer = this.#offers.get(place);
        if (!offer) return;
        const before = this.get(room, thread);
        this.set(room, offer.body, thread);
        if (before) this.#offers.set(place, { body: before, from: 'here' });
        else this.#offers.delete(place);
        this.#changed(room, thread);
    }

    dismiss(room: number, thread?: number): void {
        this.#offers.delete(placeOf(room, thread));
    }

    /** Another device's word on a draft, or our own coming back. */
    apply({ room, thread, body, at }: Told): void {
        const place = placeOf(room, thread);
        const ours = this.#drafts.get(place);
        if (ours?.body === body || body === this.#said.get(place)) return this.#agree(place, body);
        if (ours && !ours.told && ours.at > at) return;
        const adopted = { room, thread, body, at, told: true, there: body !== '' };
        if (!ours || ours.body === '' || (ours.told && (body === '' || !this.#watched(room, thread)))) {
            this.#offers.delete(place);
            this.#said.delete(place);
            this.#put(adopted);
            this.#changed(room, thread);
        } else if (body !== '') {
            this.#offers.set(place, { body, from: 'elsewhere' });
        }
    }

    /** After each start of a connection: what other devices did meanwhile, then what this one did. */
    async catchUp(): Promise<void> {
        const asked = new Set(this.#drafts.keys());
        try {
            const { drafts } = await this.#socket.send('draft:list', {});
            const listed = new Set(drafts.map(({ room, thread }) => placeOf(room, thread)));
            for (const draft of drafts) this.apply(draft);
            // What the server had of us and has no more was sent or given up elsewhere.
            for (const [place, { room, thread, at, there }] of this.#drafts) {
                if (there && asked.has(place) && !listed.has(place)) this.apply({ room, thread, body: '', at });
            }
        } catch {
            // The next start of a connection asks again.
        }
        await this.tell();
    }

    /** Tells the server what it does not know, now. */
    async tell(): Promise<void> {
        clearTimeout(this.#tellTimer);
        this.#tellTimer = undefined;
        await Promise.all([...this.#drafts.keys()].map((place) => this.#tell(place)));
    }

    /** Writes at once what still waits: the page is about to go. */
    flush(): void {
        clearTimeout(this.#writeTimer);
        this.#writeTimer = undefined;
        for (const place of this.#unwritten) {
            const draft = this.#drafts.get(place);
            if (draft) this.#store.write(this.#key(place), draft);
            else this.#store.remove(this.#key(place));
        }
        this.#unwritten.clear();
    }

    async #tell(place: string): Promise<void> {
        const draft = this.#drafts.get(place);
        if (!draft || draft.told || this.#telling.has(place)) return;
        const { room, thread, body } = draft;
        const user = this.#user;
        this.#telling.add(place);
        this.#said.set(place, body);
        this.#put({ ...draft, there: true });
        try {
            await this.#socket.send('draft:set', { room, thread, body });
            if (user === this.#user) this.#agree(place, body);
        } catch (thrown) {
            // What the server will never take stays here; else the next key, or connection, brings another try.
            if (user === this.#user && !asCommandError(thrown).passing) this.#agree(place, body, false);
        } finally {
            this.#telling.delete(place);
        }
        const now = this.#drafts.get(place);
        if (!now || now.told || now.body === body) return;
        if (now.body === '') void this.#tell(place);
        else this.#tellLater();
    }

    /* There is nothing to tell of `body`, because the server has it, or does not want it. */
    #agree(place: string, body: string, there = body !== ''): void {
        const ours = this.#drafts.get(place);
        if (ours?.body === body) this.#put({ ...ours, told: true, there });
    }

    #tellLater(): void {
        clearTimeout(this.#tellTimer);
        this.#tellTimer = setTimeout(() => void this.tell(), TELL_MS);
    }

    #put(draft: Draft): void {
        const place = placeOf(draft.room, draft.thread);
        if (draft.body === '' && draft.told) this.#drafts.delete(place);
        else this.#drafts.set(place, draft);
        if (draft.body === '') this.#offers.delete(place);
        this.#unwritten.add(place);
        this.#writeTimer ??= setTimeout(() => this.flush(), SETTLE_MS);
    }

    #drop(place: string): void {
        this.#drafts.delete(place);
        this.#unwritten.add(place);
    }

    #changed(room: number, thread?: number): void {
        for (const watcher of this.#watchers) watcher(room, thread);
    }

    #leave(): void {
        this.flush();
        clearTimeout(this.#tellTimer);
        this.#drafts.clear();
        this.#offers.clear();
        this.#said.clear();
    }

    #key(place: string): string {
        return `draft.${this.#user}.${place}`;
    }
}

function placeOf(room: number, thread?: number): string {
    return thread === undefined ? String(room) : `${room}.${thread}`;
}
