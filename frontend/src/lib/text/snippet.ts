import type { Snippet } from '$lib/protocol/gen/protocol';

export interface Piece {
    text: string;
    found: boolean;
}

/** The pieces of a snippet: what was found, and what stands around it. */
export function piecesOf({ text, marks }: Snippet): Piece[] {
    const points = [...text];
    const pieces: Piece[] = [];
    let done = 0;
    const add = (to: number, found: boolean) => {
        if (to > done) pieces.push({ text: points.slice(done, to).join(''), found });
        done = Math.max(done, to);
    };
    for (const [from, to] of marks) {
        add(from, false);
        add(to, true);
    }
    add(points.length, false);
    return pieces;
}
