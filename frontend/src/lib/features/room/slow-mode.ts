/* The pauses that a room may ask for between two messages of one person. */
import { t } from '$lib/text/strings';

const SECONDS = [0, 5, 10, 30, 60, 300, 900, 3600, 21_600];

/** The usual ones, and the present one where somebody set another. */
export function slowOptions(present: number): { value: number; label: string }[] {
    const values = SECONDS.includes(present) ? SECONDS : [...SECONDS, present].sort((a, b) => a - b);
    return values.map((value) => ({ value, label: value === 0 ? t.roomSettings.slowOff : t.units.seconds(value) }));
}
