/* Files that come by dropping and pasting. */
import type { Tray } from '$lib/state/tray.svelte';

const carriesFiles = (data: DataTransfer | null) => data?.types.includes('Files') ?? false;

/** An attachment: takes what is dropped anywhere on the element; `data-dropping` while something is held over it. */
export function drops(tray: () => Tray): (element: HTMLElement) => () => void {
    return (element) => {
        const over = (event: DragEvent) => {
            if (!carriesFiles(event.dataTransfer)) return;
            event.preventDefault();
            element.dataset.dropping = '';
        };
        const left = (event: DragEvent) => {
            if (!(event.relatedTarget instanceof Node) || !element.contains(event.relatedTarget)) delete element.dataset.dropping;
        };
        const dropped = (event: DragEvent) => {
            delete element.dataset.dropping;
            if (!carriesFiles(event.dataTransfer)) return;
            event.preventDefault();
            tray().add([...(event.dataTransfer?.files ?? [])]);
        };
        const all = { dragenter: over, dragover: over, dragleave: left, drop: dropped };
        for (const [name, listener] of Object.entries(all)) element.addEventListener(name, listener as EventListener);
        return () => {
            for (const [name, listener] of Object.entries(all)) element.removeEventListener(name, listener as EventListener);
        };
    };
}

/** True when what was pasted are files, which are taken then. Text that comes with a picture of itself stays text. */
export function pastes(event: ClipboardEvent, tray: Tray): boolean {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0 || event.clipboardData?.types.includes('text/plain')) return false;
    event.preventDefault();
    tray.add(files);
    return true;
}
