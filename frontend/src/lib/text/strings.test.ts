/* Every catalogue against the English one: no key that nobody asks for, every placeholder filled in, every
 * plural form there. A sentence that is not translated yet is said in English; most must be. */
import { describe, expect, it } from 'vitest';
import { dateLocaleOf, languageOf, LANGUAGES, type Language } from './language';
import { pluralOf, type Forms, type Plural } from './plural';
import { en } from './strings/en';
import { isolating, laidOver } from './translation';

type Say = (...given: unknown[]) => string;
type Leaf = string | readonly string[] | Say;

/** How many sentences a catalogue may be behind the English one. */
const BEHIND_MAX = 0.3;

function leavesOf(tree: object, path = ''): Map<string, Leaf> {
    const leaves = new Map<string, Leaf>();
    for (const [key, value] of Object.entries(tree)) {
        const inner = typeof value === 'object' && !Array.isArray(value) ? leavesOf(value, `${path}${key}.`) : new Map([[path + key, value]]);
        for (const [name, leaf] of inner) leaves.set(name, leaf);
    }
    return leaves;
}

/* What is filled in: a number that every language counts with its last form but one, a word, or a list. */
const NUMBER = 7;
const fillings = [NUMBER, '<word>', ['<word>']];

/** Every way to fill a sentence in that it can stand, with what of it can be seen in the outcome. */
function seenIn(say: Say, locale: string): Map<string, string> {
    const number = new Intl.NumberFormat(locale).format(NUMBER);
    const seen = new Map<string, string>();
    for (let index = 0; index < say.length; index += 1) {
        for (const filling of fillings) {
            const given: unknown[] = Array.from({ length: say.length }, () => NUMBER);
            given[index] = filling;
            let said: string;
            try {
                said = say(...given);
            } catch {
                continue;
            }
            if (typeof filling !== 'number') seen.set(`${index} ${typeof filling}`, String(said.includes('<word>')));
            else if (say.length === 1) seen.set(`${index} number`, String(said.includes(number) || said.includes(String(NUMBER))));
        }
    }
    return seen;
}

const english = leavesOf(en);
const others = (Object.keys(LANGUAGES) as Language[]).filter((language) => LANGUAGES[language].load);

describe.each(others)('the catalogue %s', async (language) => {
    const { translation } = await LANGUAGES[language].load!();
    const own = leavesOf(translation(pluralOf(language)));

    it('says what the English one says, and little less', () => {
        expect([...own.keys()].filter((key) => !english.has(key))).toEqual([]);
        const missing = [...english.keys()].filter((key) => !own.has(key));
        expect(missing.length / english.size, missing.join(', ')).toBeLessThan(BEHIND_MAX);
    });

    it('has something of the same kind for each, and nothing empty', () => {
        for (const [key, leaf] of own) {
            expect(typeof leaf, key).toBe(typeof english.get(key));
            if (typeof leaf === 'string') expect(leaf.trim(), key).toBe(leaf === '' ? '?' : leaf);
            if (Array.isArray(leaf)) expect(leaf.length, key).toBe((english.get(key) as string[]).length);
        }
    });

    it('fills in what the English one fills in', () => {
        for (const [key, leaf] of own) {
            const theirs = english.get(key);
            if (typeof leaf !== 'function' || typeof theirs !== 'function') continue;
            const [ours, expected] = [seenIn(leaf, language), seenIn(theirs, 'en')];
            for (const [filling, seen] of ours) if (expected.has(filling)) expect(seen, `${key}: ${filling}`).toBe(expected.get(filling));
        }
    });

    it('has every plural form of its language', () => {
        const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories.filter((category) => category !== 'zero');
        const asked: Forms[] = [];
        const spy: Plural = (_count, forms) => (asked.push(forms), forms.other);
        for (const leaf of leavesOf(translation(spy)).values()) if (typeof leaf === 'function') seenIn(leaf, language);
        expect(asked.length).toBeGreaterThan(0);
        for (const forms of asked) expect(Object.keys(forms), forms.other).toEqual(expect.arrayContaining(categories));
    });
});

describe('a catalogue laid over English', () => {
    const base = { a: { one: 'one', two: 'two' }, say: (name: string) => `hello ${name}`, list: ['x', 'y'] };

    it('lacks nothing', () => {
        const whole = laidOver({ a: { one: 'eins' }, list: ['u', 'v'] }, base);
        expect(whole.a).toEqual({ one: 'eins', two: 'two' });
        expect(whole.list).toEqual(['u', 'v']);
        expect(whole.say('Ana')).toBe('hello Ana');
    });

    it('can keep the direction of what is filled in, and leaves nothing where nothing was', () => {
        const { say } = isolating({ say: (name: string, list: readonly string[], count: number) => `${name}|${list.join()}|${count}` });
        expect(say('Ana', ['b'], 3)).toBe('\u2068Ana\u2069|\u2068b\u2069|3');
        expect(say('', [], 0)).toBe('||0');
    });
});

describe('the language of the page', () => {
    it.each([
        [undefined, ['de-AT', 'en'], 'de'],
        [undefined, ['fr-FR', 'ar-EG'], 'ar'],
        [undefined, ['fr-FR'], 'en'],
        [undefined, [], 'en'],
        ['en', ['de-AT'], 'en'],
        ['constructor', ['de'], 'de'],
    ])('chosen %s, browser %j: %s', (chosen, browser, language) => {
        expect(languageOf(chosen, browser)).toBe(language);
    });

    it('counts and dates by the habits of the reader', () => {
        expect(dateLocaleOf('de', ['fr', 'de-AT'])).toBe('de-AT');
        expect(dateLocaleOf('ar', ['de-AT'])).toBe('ar');
    });
});
