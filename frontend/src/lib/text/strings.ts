/* All words of the app come through here. Another language is another catalogue of the same type. */
import { en } from './strings/en';

export type Strings = typeof en;
export const locale = 'en';
export const t: Strings = en;

/** For dates and counts: the reader's own habits, as far as they are of the catalogue's language. */
export const dateLocale = navigator.languages.find((tag) => tag.split('-')[0] === locale) ?? locale;
