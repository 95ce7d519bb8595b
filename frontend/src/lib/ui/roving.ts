/* A list that is one stop for Tab, with arrow keys inside: exactly one item, marked `data-roving`, has
 * tabindex 0. New items come and go; the stop is where the focus was, else the last item. A list within an item (an
 * open menu) is its own affair. */
import type { Attachment } from 'svelte/attachments';

const ITEM = '[data-roving]';
const LIST = '[data-roving-list]';

interface Options {
    /** Which end Tab enters as long as nothing in the list had the focus. */
    start: 'first' | 'last';
}

export function roving({ start }: Options): Attachment<HTMLElement> {
    return (list) => {
        let current: HTMLElement | undefined;

        const ours = (element: Element) => element.parentElement?.closest(LIST) === list;
        const items = () => [...list.querySelectorAll<HTMLElement>(ITEM)].filter(ours);
        const itemAt = (target: EventTarget | null) => {
            let item = (target as HTMLElement).closest<HTMLElement>(ITEM);
            while (item && !ours(item)) item = item.parentElement?.closest<HTMLElement>(ITEM) ?? null;
            return item;
        };
        const makeCurrent = (item: HTMLElement | undefined) => {
            if (item === current) return;
            if (current) current.tabIndex = -1;
            if (item) item.tabIndex = 0;
            current = item;
        };
        const repair = () => {
            const kept = current?.isConnected && list.contains(document.activeElement);
            if (!kept) makeCurrent(start === 'first' ? items()[0] : items().at(-1));
        };
        const focused = (event: FocusEvent) => {
            const item = itemAt(event.target);
            if (item) makeCurrent(item);
        };
        const pressed = (event: KeyboardEvent) => {
            const item = event.target as HTMLElement;
            if (event.altKey || event.ctrlKey || event.metaKey || !item.matches(ITEM) || !ours(item)) return;
            const next = target(items(), item, event.key);
            if (!next) return;
            event.preventDefault();
            next.focus();
        };

        list.dataset.rovingList = '';
        const observer = new MutationObserver(repair);
        observer.observe(list, { childList: true, subtree: true });
        list.addEventListener('focusin', focused);
        list.addEventListener('keydown', pressed);
        repair();
        return () => {
            observer.disconnect();
            list.removeEventListener('focusin', focused);
            list.removeEventListener('keydown', pressed);
        };
    };
}

function target(items: HTMLElement[], from: HTMLElement, key: string): HTMLElement | undefined {
    const index = items.indexOf(from);
    if (key === 'ArrowUp') return items[index - 1];
    if (key === 'ArrowDown') return items[index + 1];
    if (key === 'Home') return items[0];
    if (key === 'End') return items.at(-1);
    return undefined;
}
