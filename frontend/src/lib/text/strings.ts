/* All words of the app come through here, in the language of the page. It is settled before anything else
 * runs, and stays: who chooses another one gets a new page. */
import { dateLocaleOf, languageOf, LANGUAGES, type Language } from './language';
import { pluralOf } from './plural';
import { en, type Strings } from './strings/en';
import { isolating, laidOver } from './translation';

export type { Strings };

// theme.js has written down what was chosen.
const root = document.documentElement;
const language = languageOf(root.dataset.language, navigator.languages);

/** For dates and counts. */
export const dateLocale = dateLocaleOf(language, navigator.languages);
export const t: Strings = await wordsOf(language);

/* A catalogue may never import what imports this module: it is waited for here. */
async function wordsOf(wanted: Language): Promise<Strings> {
    const { dir, load } = LANGUAGES[wanted];
    try {
        const catalogue = await load?.();
        const words = catalogue ? laidOver(catalogue.translation(pluralOf(wanted)), en) : en;
        [root.lang, root.dir] = [wanted, dir];
        return dir === 'rtl' ? isolating(words) : words;
    } catch {
        // Without its catalogue the page still speaks: it can be tried again with the next visit.
        return en;
    }
}
