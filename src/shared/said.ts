import { inFigures, plural } from './format';
import { englishPlural, type PluralForms } from './plural';
import type { Translator } from './translator';

/**
 * A sentence for a person from code that knows no language. Whoever shows it translates the template; logs, the command
 * line and agents take the English message.
 */
export interface Said {
  readonly message: string;
  /** The key of the translation, with `{0}`, `{1}` … in place of the values. */
  readonly template: string;
  readonly values: readonly (string | Figures | Said)[];
  /** The forms of the sentence: whoever shows it takes the one that `value` has in the reader's language. */
  readonly plural?: { readonly value: number; readonly forms: PluralForms<Said> };
}

/** Figures as English writes them. Whoever shows them puts in the marks of the reader's language. */
interface Figures {
  readonly figures: string;
}

/** A value can be a sentence or a part of one that has a translation of its own. */
export type SaidValue = string | number | bigint | boolean | null | undefined | Figures | Said;

/** A terminal obeys control characters, and overrides of the direction of text turn whole sentences around. */
const controls = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** Words from a file, as they can stand in a sentence and in a terminal. */
export const withoutControls = (text: string): string => text.replace(controls, '\uFFFD');

export function said(pieces: TemplateStringsArray, ...given: readonly SaidValue[]): Said {
  const values = given.map((one) => {
    if (typeof one === 'object' && one !== null) return one;
    if (typeof one === 'number' && !Number.isInteger(one)) return figures(String(one));
    return withoutControls(String(one));
  });
  const filled = (value: (index: number) => string) => pieces.reduce((all, piece, i) => all + value(i - 1) + piece);
  return { message: filled((i) => english(values[i] ?? '')), template: filled((i) => `{${i}}`), values };
}

export const saidPlural = (value: number, forms: PluralForms<Said>): Said => ({
  ...englishPlural(value, forms),
  plural: { value, forms },
});

/** `1.5 GB`: figures as English writes them, and a unit that is not translated. */
export const figures = (written: string): Figures => ({ figures: written });

/** Bytes as whole MB, at least 1, or as GB with one decimal. */
export const memorySize = (bytes: number): Figures =>
  figures(bytes < 999.5e6 ? `${Math.max(1, Math.round(bytes / 1e6))} MB` : `${(bytes / 1e9).toFixed(1)} GB`);

/** A sentence that is translated already, or never is. */
export const verbatim = (sentence: string): Said => said`${sentence}`;

function english(value: Said['values'][number]): string {
  if (typeof value === 'string') return value;
  return 'figures' in value ? value.figures : value.message;
}

export function translated({ template, values, plural: by }: Said, translator: Translator): string {
  if (by) return translated(plural(by.value, by.forms), translator);
  const pieces = values.map((one) => {
    if (typeof one === 'string') return one;
    return 'figures' in one ? inFigures(one.figures) : translated(one, translator);
  });
  return translator.t(template, ...pieces);
}
