/* A list whose items can be put into another order: with the mouse by dragging, by touch after a long press, with the
 * keyboard by Ctrl+Shift+Up and Down on an item.
 *
 *   pressed ──(6 px by mouse, 400 ms by touch)──► lifted ──release──► moved
 *      └──(touch moves first: it scrolls)──► nothing       └──Esc, cancel──► as it was
 *
 * While an item is lifted the others stay where they are and a line shows where it would go; so nothing has to be laid out
 * anew, and what is under the pointer does not run away from it. */
import type { Attachment } from 'svelte/attachments';
import { matches } from '$lib/keys/keymap';

const SLACK_PX = 6;
const PRESS_MS = 400;
const EDGE_PX = 40;
const SCROLL_PX = 12;

/** Called with the place of an item and the place that it is to have; resolves when it is there. */
export type Move = (from: number, to: number) => Promise<void>;

interface Press {
    item: HTMLElement;
    from: number;
    pointer: number;
    x: number;
    y: number;
    lifted: boolean;
    timer?: ReturnType<typeof setTimeout>;
}

/** Where an item lifted from `from` comes to stand when the pointer is at `y`: before the first item whose middle lies below. */
export function placeAt(middles: readonly number[], from: number, y: number): number {
    const above = middles.filter((middle) => middle < y).length;
    return above > from ? above - 1 : above;
}

export function sortable(move: Move): Attachment<HTMLElement> {
    return (list) => {
        let press: Press | undefined;

        const items = () => [...list.children] as HTMLElement[];
        const itemOf = (target: EventTarget | null) => items().find((item) => item.contains(target as Node));
        const middles = () => items().map((item) => item.getBoundingClientRect()).map(({ top, height }) => top + height / 2);
        const mark = (to?: number) => {
            for (const [index, item] of items().entries()) {
                const at = press?.lifted && index === to && to !== press.from;
                item.toggleAttribute('data-drop-before', !!at && to < (press as Press).from);
                item.toggleAttribute('data-drop-after', !!at && to > (press as Press).from);
                item.toggleAttribute('data-lifted', !!press?.lifted && item === press.item);
            }
        };
        const lift = () => {
            if (!press) return;
            press.lifted = true;
            list.setPointerCapture(press.pointer);
            mark();
        };
        const end = () => {
            clearTimeout(press?.timer);
            press = undefined;
            mark();
        };
        const down = (event: PointerEvent) => {
            const item = event.button === 0 && event.isPrimary ? itemOf(event.target) : undefined;
            if (!item) return;
            end();
            press = { item, from: items().indexOf(item), pointer: event.pointerId, x: event.clientX, y: event.clientY, lifted: false };
            if (event.pointerType === 'touch') press.timer = setTimeout(lift, PRESS_MS);
        };
        const moved = (event: PointerEvent) => {
            if (!press || event.pointerId !== press.pointer) return;
            const far = Math.hypot(event.clientX - press.x, event.clientY - press.y) > SLACK_PX;
            if (!press.lifted && far && event.pointerType === 'touch') return end();
            if (!press.lifted && far) lift();
            if (!press.lifted) return;
            follow(list, event.clientY);
            mark(placeAt(middles(), press.from, event.clientY));
        };
        const up = (event: PointerEvent) => {
            if (!press || event.pointerId !== press.pointer) return;
            const { lifted, from } = press;
            const to = placeAt(middles(), from, event.clientY);
            end();
            if (!lifted) return;
            // The click that ends a drag follows no link.
            list.addEventListener('click', stop, { capture: true, once: true });
            setTimeout(() => list.removeEventListener('click', stop, true));
            if (to !== from) void move(from, to);
        };
        const dropped = (event: KeyboardEvent) => {
            if (event.key !== 'Escape' || !press?.lifted) return;
            stop(event);
            end();
        };
        const pressedKey = (event: KeyboardEvent) => {
            const step = matches(event, 'Mod+Shift+ArrowUp') ? -1 : matches(event, 'Mod+Shift+ArrowDown') ? 1 : 0;
            const item = step && itemOf(event.target);
            if (!item) return;
            event.preventDefault();
            const from = items().indexOf(item);
            const focused = event.target as HTMLElement;
            // Moving an element takes the focus from it.
            if (items()[from + step]) void move(from, from + step).then(() => focused.focus());
        };
        // A finger that holds an item neither scrolls nor opens a menu.
        const still = (event: Event) => {
            if (press?.lifted || (event.type === 'contextmenu' && press?.timer)) event.preventDefault();
        };

        list.addEventListener('pointerdown', down);
        list.addEventListener('pointermove', moved);
        list.addEventListener('pointerup', up);
        list.addEventListener('pointercancel', end);
        list.addEventListener('touchmove', still, { passive: false });
        list.addEventListener('contextmenu', still);
        list.addEventListener('keydown', pressedKey);
        window.addEventListener('keydown', dropped, true);
        return () => {
            end();
            window.removeEventListener('keydown', dropped, true);
        };
    };
}

function stop(event: Event): void {
    event.preventDefault();
    event.stopPropagation();
}

/* Near an end of what scrolls, it scrolls on. */
function follow(list: HTMLElement, y: number): void {
    let scroller: HTMLElement | null = list;
    while (scroller && scroller.scrollHeight <= scroller.clientHeight + 1) scroller = scroller.parentElement;
    if (!scroller) return;
    const { top, bottom } = scroller.getBoundingClientRect();
    if (y < top + EDGE_PX) scroller.scrollBy(0, -SCROLL_PX);
    else if (y > bottom - EDGE_PX) scroller.scrollBy(0, SCROLL_PX);
}
