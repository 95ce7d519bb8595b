/* What the Enter key means while writing. */
export interface Enter {
    key: string;
    shiftKey: boolean;
    ctrlKey: boolean;
    metaKey: boolean;
    altKey: boolean;
    isComposing: boolean;
    /** 229 while an input method is at work, in browsers that forget `isComposing`. */
    keyCode: number;
}

/** Whether this key press sends. Fingers have no Shift+Enter: there Enter is a new line and the button sends. */
export function sends(event: Enter, { touch, enterSends }: { touch: boolean; enterSends: boolean }): boolean {
    if (event.key !== 'Enter' || event.isComposing || event.keyCode === 229) return false;
    if (event.shiftKey || event.altKey) return false;
    if (event.ctrlKey || event.metaKey) return true;
    return enterSends && !touch;
}
