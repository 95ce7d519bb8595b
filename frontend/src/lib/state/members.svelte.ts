/* Who is in a room, grouped by presence. The list comes with opening the room and lives on events. */
import { asCommandError } from '$lib/protocol/errors';
import type { Member, Status } from '$lib/protocol/gen/protocol';
import type { Socket } from '$lib/socket/socket';
import type { People } from './people.svelte';

export type MemberGroups = Record<Status, Member[]>;

const PAGE = 200;
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

export class RoomMembers {
    #list = $state.raw<readonly Member[]>([]);
    #more = $state(false);
    readonly #people: People;
    /* By name, so that grouping thousands anew for each change of presence has little left to sort. */
    #byName = $derived([...this.#list].sort(byName));
    #groups = $derived.by(() => this.#group());

    constructor(people: People) {
        this.#people = people;
    }

    get groups(): MemberGroups {
        return this.#groups;
    }
    get all(): readonly Member[] {
        return this.#byName;
    }
    get count(): number {
        return this.#list.length;
    }
    /** Whether the server knows more members than are listed here. */
    get more(): boolean {
        return this.#more;
    }

    /** The first page, online ones first; `total` is the room's member count. */
    reset(members: readonly Member[], total: number): void {
        this.#people.merge(members.map((member) => member.user));
        this.#list = members;
        this.#more = members.length < total;
    }

    has(userId: number): boolean {
        return this.#list.some((member) => member.user.id === userId);
    }

    find(userId: number): Member | undefined {
        return this.#list.find((member) => member.user.id === userId);
    }

    put(...members: Member[]): void {
        this.#people.merge(members.map((member) => member.user));
        const fresh = new Set(members.map((member) => member.user.id));
        this.#list = [...this.#list.filter((other) => !fresh.has(other.user.id)), ...members];
    }

    remove(userId: number): void {
        this.#list = this.#list.filter((member) => member.user.id !== userId);
    }

    /** Fetches the whole list page by page, and with it everybody's present status. */
    async loadAll(socket: Socket, room: number): Promise<void> {
        try {
            let after: number | undefined;
            for (let more = true; more; ) {
                const page = await socket.send('room:members', { room, after, limit: PAGE });
                this.put(...page.members);
                more = page.more && page.members.length > 0;
                after = page.members.at(-1)?.user.id;
            }
            this.#more = false;
        } catch (thrown) {
            if (!asCommandError(thrown).passing) this.#more = false;
        }
    }

    #group(): MemberGroups {
        const groups: MemberGroups = { online: [], away: [], dnd: [], offline: [] };
        for (const member of this.#byName) {
            const user = this.#people.get(member.user.id) ?? member.user;
            groups[user.status].push({ ...member, user });
        }
        for (const group of Object.values(groups)) group.sort(byName);
        return groups;
    }
}

function byName(a: Member, b: Member): number {
    return collator.compare(a.user.display_name, b.user.display_name);
}
