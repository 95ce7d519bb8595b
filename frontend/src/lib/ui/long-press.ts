/* A finger that stays: what the right button is to a mouse. The element says by `data-pressed` that it has been long
 * enough; the act follows when the finger goes, for a popover that opened before that would be dismissed by it. */
import type { Attachment } from 'svelte/attachments';

const LONG_MS = 500;
const STILL_PX = 10;

export function longPress(act: () => void): Attachment<HTMLElement> {
    return (element) => {
        let timer: ReturnType<typeof setTimeout> | undefined;
        let start = { x: 0, y: 0 };
        let touched = false;
        let acted = false;
        const stop = () => {
            clearTimeout(timer);
            delete element.dataset.pressed;
        };
        const down = (event: PointerEvent) => {
            stop();
            acted = false;
            touched = event.pointerType === 'touch';
            if (!touched || inControl(event)) return;
            start = { x: event.clientX, y: event.clientY };
            timer = setTimeout(() => (element.dataset.pressed = ''), LONG_MS);
        };
        const move = (event: PointerEvent) => {
            if (Math.hypot(event.clientX - start.x, event.clientY - start.y) > STILL_PX) stop();
        };
        const up = () => {
            acted = element.dataset.pressed !== undefined;
            stop();
            if (acted) setTimeout(act);
        };
        // Else the browser makes a click of it, which would fall on what has opened under the finger.
        const end = (event: Event) => {
            if (acted) event.preventDefault();
        };
        // The browser's own menu would lie over ours.
        const menu = (event: Event) => {
            if (touched && !inControl(event)) event.preventDefault();
        };
        const listen = { pointerdown: down, pointermove: move, pointerup: up, pointercancel: stop, touchend: end, contextmenu: menu };
        const pairs = Object.entries(listen) as [string, EventListener][];
        for (const [name, listener] of pairs) element.addEventListener(name, listener);
        return () => {
            stop();
            for (const [name, listener] of pairs) element.removeEventListener(name, listener);
        };
    };
}

function inControl(event: Event): boolean {
    return event.target instanceof Element && event.target.closest('a, button') !== null;
}
