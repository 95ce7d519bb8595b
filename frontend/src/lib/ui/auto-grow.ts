/* A textarea as high as its text; the style sheet says where that ends. */
import type { Attachment } from 'svelte/attachments';

/** `text` is read reactively: each change measures anew. */
export function autoGrow(text: () => string): Attachment<HTMLTextAreaElement> {
    return (area) => {
        text();
        area.style.height = 'auto';
        area.style.height = `${area.scrollHeight}px`;
    };
}
