/* Arrow keys between the field of a search and what it found; the field keeps Left, Right, Home and End. */
export function stepIn(event: KeyboardEvent, whole: HTMLElement): void {
    if (event.isComposing || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
    const stops = [...whole.querySelectorAll<HTMLElement>('input, article .head button')];
    const at = stops.indexOf(document.activeElement as HTMLElement);
    const next = stops[at + (event.key === 'ArrowDown' ? 1 : -1)];
    if (at < 0 || !next) return;
    event.preventDefault();
    next.focus();
    next.scrollIntoView({ block: 'nearest' });
}
