/* Sizes of files for people. */
import { dateLocale } from './strings';

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

export function bytesText(bytes: number, locale: string = dateLocale): string {
    let value = bytes;
    let unit = 0;
    for (; value >= 1000 && unit < UNITS.length - 1; unit += 1) value /= 1024;
    const digits = unit > 0 && value < 10 ? 1 : 0;
    return new Intl.NumberFormat(locale, { style: 'unit', unit: UNITS[unit], unitDisplay: 'short', maximumFractionDigits: digits }).format(value);
}
