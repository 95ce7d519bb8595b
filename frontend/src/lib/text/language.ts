/* The languages of the app: which there are, which one somebody reads, and how it runs. Pure.
 *
 * A language is a catalogue in strings/ and a line here. English is the app's own: it comes with the first
 * visit and says what another catalogue does not say yet.
 */
import type { Plural } from './plural';
import type { Translation } from './translation';

export type Language = 'en' | 'de' | 'ar';
type Catalogue = { translation: (plural: Plural) => Translation };

interface Row {
    /** In its own words, as everybody finds it who reads it. */
    name: string;
    dir: 'ltr' | 'rtl';
    load?: () => Promise<Catalogue>;
}

export const LANGUAGES: Record<Language, Row> = {
    en: { name: 'English', dir: 'ltr' },
    de: { name: 'Deutsch', dir: 'ltr', load: () => import('./strings/de') },
    ar: { name: 'العربية', dir: 'rtl', load: () => import('./strings/ar') },
};

/** The language that was chosen, else the first of the browser's that there is. */
export function languageOf(chosen: string | undefined, browser: readonly string[]): Language {
    const wanted = [chosen ?? '', ...browser].map((tag) => tag.split('-')[0] as string);
    return (wanted.find((language) => Object.hasOwn(LANGUAGES, language)) ?? 'en') as Language;
}

/** For dates and counts: the reader's own habits, as far as they are of that language. */
export function dateLocaleOf(language: Language, browser: readonly string[]): string {
    return browser.find((tag) => tag.split('-')[0] === language) ?? language;
}
