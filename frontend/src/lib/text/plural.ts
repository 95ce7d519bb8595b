/* Plural forms by the language's own rules. */
export type Forms = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;
/** Picks the form that `count` takes and puts the number for its `#`. */
export type Plural = (count: number, forms: Forms) => string;

export function pluralOf(locale: string): Plural {
    const rules = new Intl.PluralRules(locale);
    const numbers = new Intl.NumberFormat(locale);
    return (count, forms) => (forms[rules.select(count)] ?? forms.other).replace('#', numbers.format(count));
}
