/* A list that is one stop for Tab, with arrow keys inside: exactly one item, marked `data-roving`, has
 * tabindex 0. New items come and go; the stop is where the focus was, else the last item. */
import type { Attachment } from 'svelte/attachments';

const ITEM = '[data-roving]';

interface Options {
    /** Which end Tab enters as long as nothing in the list had the focus. */
    start: 'first' | 'last';
}

export function roving({ start }: Options): Attachment<HTMLElement> {
    return (list) => {
        let current: HTMLElement | undefined;

        const items = () => [...list.querySelectorAll<HTMLElement>(ITEM)];
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
            const item = (event.target as HTMLElement).closest<HTMLElement>(ITEM);
            if (item) makeCurrent(item);
        };
        const pressed = (event: KeyboardEvent) => {
            if (event.altKey || event.ctrlKey || event.metaKey || !(event.target as HTMLElement).matches(ITEM)) return;
            const next = target(items(), event.target as HTMLElement, event.key);
            if (!next) return;
            event.preventDefault();
            next.focus();
        };

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
