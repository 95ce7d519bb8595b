/* Gives the focus to an element whenever what it stands for changes, unless it is not the one to have it. */
import { untrack } from 'svelte';
import type { Attachment } from 'svelte/attachments';
import { focusWhenFree } from './modal';

/** `what` is read reactively: each new value focuses the element, if `wanted` then says so. */
export function focusOn(what: () => unknown, wanted: () => boolean): Attachment<HTMLElement> {
    return (element) => {
        what();
        untrack(() => {
            if (wanted()) focusWhenFree(element);
        });
    };
}
