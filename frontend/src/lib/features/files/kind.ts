/* How a file is shown in a message. */
import type { Attachment } from '$lib/protocol/gen/protocol';

export type Kind = 'picture' | 'film' | 'sound' | 'file';

const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif'];

/** A picture without a size is too large to be shown. */
export function kindOf({ type, width }: Attachment): Kind {
    if (PICTURES.includes(type) && width) return 'picture';
    if (type.startsWith('video/')) return 'film';
    return type.startsWith('audio/') ? 'sound' : 'file';
}

export interface Size {
    width: number;
    height: number;
}

/** The place that a picture takes: its own proportions, at most `most`, never larger than it is. */
export function placeOf({ width = 0, height = 0 }: Partial<Size>, most: Size): Size {
    const scale = Math.min(1, most.width / width, most.height / height);
    return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
