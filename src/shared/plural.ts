/**
 * The forms of a sentence, chosen by a number. The form `one` prints the number, since some languages also use it for 0
 * or 21. The form `1` is for 1 alone and may have a word for it.
 */
export type PluralForms<T> = Readonly<Partial<Record<Intl.LDMLPluralRule | 1, T>> & Record<'other', T>>;

export const pluralBy = <T>(rules: Intl.PluralRules, value: number, forms: PluralForms<T>): T =>
  (value === 1 ? forms[1] : undefined) ?? forms[rules.select(value)] ?? forms.other;

const english = new Intl.PluralRules('en');

/** For what is always English: the command line, tools for agents, and messages of the engine. */
export const englishPlural = <T>(value: number, forms: PluralForms<T>): T => pluralBy(english, value, forms);
