/* Colour arithmetic for the test of the tokens: hex and oklch to linear sRGB, and the contrast of two. */
export type Rgb = [number, number, number];

export function linearOf(text: string): Rgb {
    const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/.exec(text);
    if (hex) return hex.slice(1).map((pair) => linearOfChannel(parseInt(pair, 16) / 255)) as Rgb;
    const lch = /^oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)$/.exec(text);
    if (!lch) throw new Error(`unknown colour ${text}`);
    return linearOfOklch(Number(lch[1]), Number(lch[2]), Number(lch[3]));
}

/** WCAG's contrast ratio. */
export function contrast(a: Rgb, b: Rgb): number {
    const [darker, lighter] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
    return (lighter + 0.05) / (darker + 0.05);
}

function luminance([r, g, b]: Rgb): number {
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function linearOfChannel(channel: number): number {
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
}

/* https://www.w3.org/TR/css-color-4/#ok-lab */
function linearOfOklch(lightness: number, chroma: number, hue: number): Rgb {
    const a = chroma * Math.cos((hue * Math.PI) / 180);
    const b = chroma * Math.sin((hue * Math.PI) / 180);
    const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
    const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
    const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
    const clip = (value: number) => Math.min(1, Math.max(0, value));
    return [
        clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
        clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
        clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
    ];
}
