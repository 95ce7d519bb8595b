/* Times as people read them, in their own zone and language. Formatters are made once: they are dear. */
import { dateLocale, t } from './strings';

// In the words of the page's language, but by the twelve or twenty-four hours that the reader is used to.
const { hourCycle } = new Intl.DateTimeFormat(undefined, { hour: 'numeric' }).resolvedOptions();
const clock = new Intl.DateTimeFormat(dateLocale, { hour: '2-digit', minute: '2-digit', hourCycle });
const full = new Intl.DateTimeFormat(dateLocale, { dateStyle: 'full', timeStyle: 'short' });
const weekday = new Intl.DateTimeFormat(dateLocale, { weekday: 'long' });
const dayMonth = new Intl.DateTimeFormat(dateLocale, { day: 'numeric', month: 'long' });
const dayMonthYear = new Intl.DateTimeFormat(dateLocale, { day: 'numeric', month: 'long', year: 'numeric' });
const relative = new Intl.RelativeTimeFormat(dateLocale, { numeric: 'auto' });

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** 14:02 */
export function timeOf(at: number): string {
    return clock.format(at);
}

/** 14:02, or 2:02 where the morning has the same hours: for a narrow place beside a time in full. */
export function shortTimeOf(at: number): string {
    const parts = clock.formatToParts(at).filter(({ type }) => type !== 'dayPeriod');
    return parts.map(({ value }) => value).join('').trim();
}

/** Saturday, 22 November 2025 at 14:02 */
export function fullTimeOf(at: number): string {
    return full.format(at);
}

/** Today, Yesterday, Monday, 12 March, 12 March 2024 */
export function dayLabel(at: number, now: number): string {
    const days = daysBetween(at, now);
    if (days <= 0) return t.log.today;
    if (days === 1) return t.log.yesterday;
    if (days < 7) return weekday.format(at);
    return sameYear(at, now) ? dayMonth.format(at) : dayMonthYear.format(at);
}

/** "5 minutes ago", "yesterday": for lists only. */
export function agoOf(at: number, now: number): string {
    const ms = Math.min(0, at - now);
    if (ms > -HOUR_MS) return relative.format(Math.ceil(ms / MINUTE_MS), 'minute');
    if (ms > -DAY_MS) return relative.format(Math.ceil(ms / HOUR_MS), 'hour');
    return relative.format(-Math.max(1, daysBetween(at, now)), 'day');
}

/* Calendar days, not spans of 24 hours: last night is yesterday. */
function daysBetween(at: number, now: number): number {
    const midnight = (time: number) => new Date(time).setHours(0, 0, 0, 0);
    return Math.round((midnight(now) - midnight(at)) / DAY_MS);
}

function sameYear(a: number, b: number): boolean {
    return new Date(a).getFullYear() === new Date(b).getFullYear();
}
