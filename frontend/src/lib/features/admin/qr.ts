/* A text as a picture for cameras. The library comes when somebody asks for one. */
const QUIET_MODULES = 4;

export interface Qr {
    /** One square of 1 by 1 for each dark module. */
    path: string;
    size: number;
}

export async function qrOf(text: string): Promise<Qr> {
    const { encode } = await import('uqr');
    const { data, size } = encode(text, { border: QUIET_MODULES });
    const squares = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
    return { path: squares.join(''), size };
}
