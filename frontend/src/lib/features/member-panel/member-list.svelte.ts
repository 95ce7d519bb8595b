/* The members as the panel shows them: by presence, those that a filter lets through, and of thousands only the
 * first, so that a key in the filter is answered at once. */
import type { Member, Status } from '$lib/protocol/gen/protocol';
import type { RoomMembers } from '$lib/state/members.svelte';
import { fitOf } from '$lib/text/search';

export const STEP = 60;
/** Who filters looks at the first few and types on. */
const FILTERED = 30;
/** A filter is of use from so many members on. */
export const FILTER_FROM = 12;
const ORDER: readonly Status[] = ['online', 'away', 'dnd', 'offline'];

interface Group {
    status: Status;
    members: readonly Member[];
    /** All of them, shown or not. */
    count: number;
}

export class MemberList {
    #query = $state('');
    #limit = $state(STEP);
    readonly #members: RoomMembers;
    #found = $derived.by(() => this.#filter());
    #groups = $derived(firstOf(this.#found, this.#limit));

    constructor(members: RoomMembers) {
        this.#members = members;
    }

    get query(): string {
        return this.#query;
    }
    set query(query: string) {
        this.#query = query;
        this.#limit = query ? FILTERED : STEP;
    }
    get groups(): readonly Group[] {
        return this.#groups;
    }
    /** How many are not shown for being too many. */
    get hidden(): number {
        return this.#found.reduce((sum, group) => sum + group.count, 0) - this.#groups.reduce((sum, group) => sum + group.members.length, 0);
    }

    showMore(): void {
        this.#limit += STEP;
    }

    #filter(): Group[] {
        const fit = fitOf(this.#query);
        const wanted = ({ user }: Member) => fit(user.display_name) >= 0 || fit(user.name) >= 0;
        return ORDER.map((status) => {
            const members = this.#members.groups[status].filter(wanted);
            return { status, members, count: members.length };
        }).filter(({ count }) => count > 0);
    }
}

function firstOf(groups: readonly Group[], limit: number): Group[] {
    let left = limit;
    return groups.map((group) => {
        const members = group.members.slice(0, Math.max(0, left));
        left -= members.length;
        return { ...group, members };
    });
}
