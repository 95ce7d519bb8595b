/* An invitation in the making: for whom, how long, how often, into which rooms; then its link. */
import type { Room } from '$lib/protocol/gen/protocol';
import type { App } from '$lib/state/app.svelte';
import { Submission } from '$lib/state/submission.svelte';
import { best } from '$lib/text/search';
import { ListCursor } from '$lib/ui/list-cursor.svelte';

const WEEK_S = 604_800;
const ROOMS_SHOWN = 8;

export interface RoomOption {
    key: string;
    room: Room;
}

export class InviteForm {
    role = $state<'admin' | 'member'>('member');
    uses = $state(1);
    seconds = $state(WEEK_S);
    note = $state('');
    #query = $state('');
    #rooms = $state.raw<readonly Room[]>([]);
    #link = $state('');
    readonly submission = new Submission();
    readonly #app: App;
    #found = $derived.by(() => this.#search());
    readonly cursor = new ListCursor<RoomOption>(() => this.#found);

    constructor(app: App) {
        this.#app = app;
    }

    get query(): string {
        return this.#query;
    }
    set query(query: string) {
        this.#query = query;
        this.cursor.reset();
    }
    /** The link, once it is made. */
    get link(): string {
        return this.#link;
    }
    get rooms(): readonly Room[] {
        return this.#rooms;
    }
    get found(): readonly RoomOption[] {
        return this.#found;
    }

    has(room: Room): boolean {
        return this.#rooms.some((other) => other.id === room.id);
    }

    toggle(room: Room): void {
        this.#rooms = this.has(room) ? this.#rooms.filter((other) => other.id !== room.id) : [...this.#rooms, room];
    }

    async create(): Promise<void> {
        const { role, uses, note } = this;
        const rooms = this.#rooms.map((room) => room.id);
        const wish = { role, uses, rooms, expires_in_s: this.seconds, note: note.trim() || undefined };
        await this.submission.run(async () => (this.#link = await this.#app.admin.invite(wish)));
    }

    /* Everybody is in the room General anyway; of a direct message nobody else is. */
    #search(): RoomOption[] {
        const rooms = this.#app.rooms.inOrder.filter((room) => room.kind !== 'dm' && room.slug !== 'general' && !room.archived);
        return best(rooms, this.#query, (room) => [room.name], ROOMS_SHOWN).map((room) => ({ key: String(room.id), room }));
    }
}
