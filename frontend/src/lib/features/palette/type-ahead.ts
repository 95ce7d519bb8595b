/* What is typed while the palette's view is still on its way: it goes into its field when that is there, and
 * not into whatever has the focus. */

/** Keeps what is typed from now on, as long as `wanted`. What it gives back ends that and takes the text; Esc calls `close`. */
export function typeAhead(target: Window, wanted: () => boolean, close: () => void): () => string {
    let text = '';
    const take = () => {
        target.removeEventListener('keydown', pressed, true);
        return text;
    };
    const pressed = (event: KeyboardEvent) => {
        if (!wanted()) return void take();
        if (!keep(event)) return;
        event.preventDefault();
        event.stopPropagation();
    };
    const keep = (event: KeyboardEvent): boolean => {
        const shortcut = (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState('AltGraph');
        if (event.isComposing || shortcut) return false;
        const characters = [...event.key];
        if (event.key === 'Escape') close();
        else if (event.key === 'Backspace') text = [...text].slice(0, -1).join('');
        else if (characters.length === 1) text += event.key;
        else if (event.key !== 'Enter') return false;
        return true;
    };
    target.addEventListener('keydown', pressed, true);
    return take;
}
