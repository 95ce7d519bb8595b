/* "Firefox on Linux": what a User-Agent says, in words. Tried in order, because browsers name one another. */
import { t } from './strings';

const BROWSERS: readonly [RegExp, string][] = [
    [/\bEdg(e|A|iOS)?\//, 'Edge'],
    [/\bOPR\//, 'Opera'],
    [/\bSamsungBrowser\//, 'Samsung Internet'],
    [/\b(Firefox|FxiOS)\//, 'Firefox'],
    [/(Chrome|CriOS)\//, 'Chrome'],
    [/\bSafari\//, 'Safari'],
    [/^curl\//, 'curl'],
    [/^(node|undici)\b/, 'Node.js'],
];
const SYSTEMS: readonly [RegExp, string][] = [
    [/\biPhone\b/, 'iPhone'],
    [/\biPad\b/, 'iPad'],
    [/\bAndroid\b/, 'Android'],
    [/\bWindows\b/, 'Windows'],
    [/\bMac OS X\b/, 'macOS'],
    [/\bCrOS\b/, 'ChromeOS'],
    [/\bLinux\b/, 'Linux'],
];

export function agentText(agent: string): string {
    const browser = first(BROWSERS, agent);
    const system = first(SYSTEMS, agent);
    if (browser && system) return t.sessions.on(browser, system);
    return browser || system || agent.split(/[\s/]/)[0] || t.sessions.unknown;
}

function first(table: readonly [RegExp, string][], agent: string): string {
    return table.find(([pattern]) => pattern.test(agent))?.[1] ?? '';
}
