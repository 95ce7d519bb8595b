/* The palette: one field to go anywhere and do anything. Rooms of one's own and commands are found here and
 * now; people and other rooms of the server join a moment later.
 *
 *   #word   rooms alone      @word   people alone      >word   commands alone
 */
import type { Room, User } from '$lib/protocol/gen/protocol';
import type { App } from '$lib/state/app.svelte';
import { Directory } from '$lib/state/directory.svelte';
import { PeopleSearch } from '$lib/state/people-search.svelte';
import { unreadOf } from '$lib/state/rooms.svelte';
import { best } from '$lib/text/search';
import { t } from '$lib/text/strings';
import { ListCursor } from '$lib/ui/list-cursor.svelte';
import { commandsOf, type Command } from './commands';

export type Option = { key: string } & ({ room: Room } | { join: Room } | { user: User } | { command: Command });

interface Group {
    title: string;
    options: readonly Option[];
}

const ROOMS_MAX = 20;
const EMPTY_ROOMS_MAX = 8;
const PEOPLE_MAX = 8;
const COMMANDS_MAX = 8;
const KINDS: Record<string, string> = { '#': 'rooms', '@': 'people', '>': 'commands' };

export class Palette {
    #query = $state('');
    readonly #app: App;
    readonly #people: PeopleSearch;
    readonly #directory: Directory;
    readonly #commands: readonly Command[];
    #groups = $derived.by(() => this.#search());
    #options = $derived(this.#groups.flatMap((group) => group.options));
    readonly cursor = new ListCursor<Option>(() => this.#options);

    constructor(app: App) {
        this.#app = app;
        this.#commands = commandsOf(app);
        this.#people = new PeopleSearch({ ...app, without: (user) => user.id === app.session.id });
        this.#directory = new Directory(app.socket);
    }

    get query(): string {
        return this.#query;
    }
    set query(query: string) {
        this.#query = query;
        this.#people.query = this.#words;
        this.#directory.query = this.#words;
        this.cursor.reset();
    }
    get groups(): readonly Group[] {
        return this.#groups;
    }
    get empty(): boolean {
        return this.#options.length === 0;
    }

    run(option: Option): void {
        if ('room' in option) this.#app.router.toRoom(option.room.slug);
        else if ('join' in option) this.#app.attempt(() => this.#app.actions.join(option.join.id));
        else if ('user' in option) this.#app.dialogs.show('profile', { user: option.user.id });
        else option.command.run();
    }

    /* The kind that the first character asks for. */
    get #kind(): string | undefined {
        return KINDS[this.#query.trimStart()[0] ?? ''];
    }
    get #words(): string {
        return this.#kind ? this.#query.trimStart().slice(1).trim() : this.#query.trim();
    }

    #search(): Group[] {
        const kind = this.#kind;
        const groups = [
            { kind: 'rooms', title: t.palette.rooms, options: this.#rooms() },
            { kind: 'people', title: t.palette.people, options: this.#found() },
            { kind: 'commands', title: t.palette.commands, options: this.#acts() },
            { kind: 'rooms', title: t.palette.join, options: this.#others() },
        ];
        return groups.filter((group) => group.options.length > 0 && (!kind || kind === group.kind));
    }

    #rooms(): Option[] {
        const { rooms, names } = this.#app;
        const all = rooms.inOrder;
        const unreadFirst = [...all.filter((room) => unreadOf(room) > 0), ...all.filter((room) => unreadOf(room) === 0)];
        const limit = this.#words ? ROOMS_MAX : EMPTY_ROOMS_MAX;
        return best(unreadFirst, this.#words, (room) => [names.of(room)], limit).map((room) => ({ key: `room-${room.id}`, room }));
    }

    #found(): Option[] {
        if (!this.#words && this.#kind !== 'people') return [];
        return this.#people.found.slice(0, PEOPLE_MAX).map((user) => ({ key: `user-${user.id}`, user }));
    }

    #acts(): Option[] {
        const limit = this.#kind === 'commands' ? this.#commands.length : COMMANDS_MAX;
        return best(this.#commands, this.#words, (command) => [command.label], limit).map((command) => ({ key: `command-${command.id}`, command }));
    }

    #others(): Option[] {
        if (!this.#words) return [];
        const others = this.#directory.items.filter((room) => !this.#app.rooms.get(room.id));
        return best(others, this.#words, (room) => [room.name], PEOPLE_MAX).map((join) => ({ key: `join-${join.id}`, join }));
    }
}
