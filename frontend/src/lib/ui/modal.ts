/* A modal dialog takes the focus and gives it back: to where it was before the first of several dialogs that
 * followed one another, or to what asked for it meanwhile (the composer of a room that the dialog led to). */
const origins = new WeakMap<Element, Element | null>();
let heir: HTMLElement | undefined;

export function isModalOpen(): boolean {
    return document.querySelector('dialog[open]') !== null;
}

/** An attachment: shows the dialog, and gives the focus back when it goes from the page. */
export function modal(dialog: HTMLDialogElement): () => void {
    const origin = originOf(document.activeElement);
    origins.set(dialog, origin);
    heir = undefined;
    dialog.showModal();
    // Where one writes, or the dialog as a whole, so that its title is read: not the button that closes it.
    (dialog.querySelector<HTMLElement>('[data-start]') ?? dialog).focus();
    return () => {
        if (!isModalOpen()) giveBack(heir ?? origin);
    };
}

/** Gives the focus to `element`, if need be when the dialog that has it is gone. */
export function focusWhenFree(element: HTMLElement): void {
    if (isModalOpen()) heir = element;
    else element.focus({ preventScroll: true });
}

function originOf(focused: Element | null): Element | null {
    const before = focused?.closest('dialog');
    return before ? (origins.get(before) ?? null) : focused;
}

function giveBack(element: Element | null): void {
    if (element instanceof HTMLElement && element.isConnected) element.focus({ preventScroll: true });
}
