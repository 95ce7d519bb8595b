/* The colour of a name: one of eight hues that can be read on every background of the app. A person may choose
 * any colour; shown is the hue nearest to it, so that nobody's name vanishes. */
export const HUES = 8;

/* What is sent to the server for each hue; also what other clients show as it is. */
export const HUE_COLORS = ['#8e3d40', '#844b00', '#5f5f00', '#106c3e', '#006c73', '#125f94', '#5b4e94', '#7f4073'] as const;
const FIRST_DEGREES = 20;
const STEP_DEGREES = 360 / HUES;
const GREY_CHROMA = 0.02;

/** Which of the eight somebody has: of his colour if he chose one, else by his id, always the same. */
export function hueOf(id: number, color?: string): number {
    return hueOfColor(color ?? '') ?? (Math.imul(id, 0x9e3779b1) >>> 29) % HUES;
}

/** The nearest hue to a `#rrggbb`; none for greys and for what is no colour. */
export function hueOfColor(color: string): number | undefined {
    const channels = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color)?.slice(1);
    if (!channels) return undefined;
    const [a, b] = oklabOf(channels.map((pair) => linearOf(parseInt(pair, 16) / 255)));
    if (Math.hypot(a, b) < GREY_CHROMA) return undefined;
    const degrees = (Math.atan2(b, a) * 180) / Math.PI;
    return Math.round((((degrees - FIRST_DEGREES) % 360) + 360) / STEP_DEGREES) % HUES;
}

function linearOf(channel: number): number {
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
}

/* https://bottosson.github.io/posts/oklab: the two axes of hue. */
function oklabOf([r = 0, g = 0, b = 0]: number[]): [number, number] {
    const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return [1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s, 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s];
}
