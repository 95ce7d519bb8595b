/* Plural forms by the language's own rules. */
export type Forms = { one: string; other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;

export function pluralOf(locale: string): (count: number, forms: Forms) => string {
    const rules = new Intl.PluralRules(locale);
    const numbers = new Intl.NumberFormat(locale);
    return (count, forms) => (forms[rules.select(count)] ?? forms.other).replace('#', numbers.format(count));
}
