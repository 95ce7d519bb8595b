/* The keyboard map: one table, which the shortcuts obey and the help dialog shows.
 *
 * "Mod" is Ctrl, on Apple machines ⌘ as well. A single character without modifiers never acts while
 * somebody types.
 */
import { t } from '$lib/text/strings';

export type ActionId =
    | 'palette'
    | 'previous-room'
    | 'next-room'
    | 'previous-unread'
    | 'next-unread'
    | 'next-region'
    | 'previous-region'
    | 'panel'
    | 'search'
    | 'search-room'
    | 'dnd'
    | 'help'
    | 'read-all'
    | 'escape';

export interface Binding {
    /** What the shortcuts run; without it, the key is handled where it is pressed and only shown here. */
    id?: ActionId;
    keys: readonly string[];
    label: string;
}

export interface BindingGroup {
    title: string;
    bindings: readonly Binding[];
}

export const KEYMAP: readonly BindingGroup[] = [
    {
        title: t.keys.anywhere,
        bindings: [
            { id: 'palette', keys: ['Mod+K'], label: t.keys.palette },
            { id: 'previous-room', keys: ['Alt+ArrowUp'], label: t.keys.previousRoom },
            { id: 'next-room', keys: ['Alt+ArrowDown'], label: t.keys.nextRoom },
            { id: 'previous-unread', keys: ['Alt+Shift+ArrowUp'], label: t.keys.previousUnread },
            { id: 'next-unread', keys: ['Alt+Shift+ArrowDown', 'Alt+A'], label: t.keys.nextUnread },
            { id: 'next-region', keys: ['F6'], label: t.keys.nextRegion },
            { id: 'previous-region', keys: ['Shift+F6'], label: t.keys.previousRegion },
            { id: 'search', keys: ['Mod+Shift+F'], label: t.search.open },
            { id: 'search-room', keys: ['/'], label: t.search.here },
            { id: 'panel', keys: ['Mod+.'], label: t.keys.panel },
            { id: 'dnd', keys: ['Mod+Shift+D'], label: t.keys.dnd },
            { id: 'read-all', keys: ['Shift+Escape'], label: t.keys.readAll },
            { id: 'escape', keys: ['Escape'], label: t.keys.escape },
            { id: 'help', keys: ['?'], label: t.keys.help },
        ],
    },
    {
        title: t.keys.list,
        bindings: [{ keys: ['Mod+Shift+ArrowUp', 'Mod+Shift+ArrowDown'], label: t.keys.moveRoom }],
    },
    {
        title: t.keys.log,
        bindings: [
            { keys: ['ArrowUp', 'ArrowDown'], label: t.keys.move },
            { keys: ['Home', 'End'], label: t.keys.ends },
            { keys: ['Enter'], label: t.keys.messageMenu },
            { keys: ['+'], label: t.message.react },
            { keys: ['R'], label: t.message.reply },
            { keys: ['T'], label: t.message.thread },
            { keys: ['E'], label: t.message.edit },
            { keys: ['P'], label: t.message.pin },
            { keys: ['S'], label: t.message.save },
            { keys: ['U'], label: t.message.unread },
            { keys: ['F'], label: t.message.forward },
            { keys: ['C'], label: t.message.copyLink },
            { keys: ['Delete'], label: t.log.deleteMessage },
        ],
    },
    {
        title: t.keys.composer,
        bindings: [
            { keys: ['Enter'], label: t.keys.send },
            { keys: ['Shift+Enter'], label: t.keys.newline },
            { keys: ['ArrowUp'], label: t.keys.editLast },
        ],
    },
];

/** The action that a key press asks for, if any. */
export function actionOf(event: KeyboardEvent): ActionId | undefined {
    for (const { bindings } of KEYMAP) {
        for (const { id, keys } of bindings) {
            if (id && keys.some((keys) => matches(event, keys))) return id;
        }
    }
    return undefined;
}

export function matches(event: KeyboardEvent, combination: string): boolean {
    const parts = combination.split('+');
    const key = parts.pop() as string;
    const wants = (name: string) => parts.includes(name);
    if (event.altKey !== wants('Alt')) return false;
    if ((event.ctrlKey || event.metaKey) !== wants('Mod')) return false;
    // What Shift does to a bare character, its name tells already: "?" is typed with it, on some keyboards "/" too.
    const bare = combination === '?' || combination === '/';
    if (!bare && event.shiftKey !== wants('Shift')) return false;
    if (bare && isWriting(event.target)) return false;
    // With Alt the character may be another one: then the place of the key counts.
    return event.key.toLowerCase() === key.toLowerCase() || event.code === `Key${key}`;
}

/** Whether keys typed at `target` are text. */
export function isWriting(target: EventTarget | null): boolean {
    if (!(target instanceof HTMLElement)) return false;
    return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}

const SHOWN: Record<string, string> = { ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc' };

/** The keys of a combination, as this machine's keyboard names them. */
export function shownKeys(combination: string, apple = isApple()): string[] {
    // A plus at the end is the key itself.
    return combination.split(/\+(?=.)/).map((key) => {
        if (key === 'Mod') return apple ? '⌘' : 'Ctrl';
        if (key === 'Alt' && apple) return '⌥';
        return SHOWN[key] ?? key;
    });
}

function isApple(): boolean {
    return /Mac|iPhone|iPad/.test(navigator.platform);
}
