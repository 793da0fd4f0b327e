import type { Translator } from './translator';

/**
 * A sentence for a person from code that knows no language. Whoever shows it translates the template; logs, the command
 * line and agents take the English message.
 */
export interface Said {
  readonly message: string;
  /** The key of the translation, with `{0}`, `{1}` … in place of the values. */
  readonly template: string;
  readonly values: readonly (string | Said)[];
}

/** A value can be a sentence or a part of one that has a translation of its own. */
export type SaidValue = string | number | bigint | boolean | null | undefined | Said;

/** Values can quote a model file, and a terminal would obey some of these characters. */
const controls = /\p{Cc}/gu;

export function said(pieces: TemplateStringsArray, ...given: readonly SaidValue[]): Said {
  const values = given.map((one) =>
    typeof one === 'object' && one !== null ? one : String(one).replace(controls, '\uFFFD'),
  );
  const filled = (value: (index: number) => string) => pieces.reduce((all, piece, i) => all + value(i - 1) + piece);
  return { message: filled((i) => english(values[i] ?? '')), template: filled((i) => `{${i}}`), values };
}

/** A sentence that is translated already, or never is. */
export const verbatim = (sentence: string): Said => said`${sentence}`;

const english = (value: string | Said): string => (typeof value === 'string' ? value : value.message);

export const translated = ({ template, values }: Said, translator: Translator): string =>
  translator.t(template, ...values.map((one) => (typeof one === 'string' ? one : translated(one, translator))));
