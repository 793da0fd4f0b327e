// Numbers and times as the panel, the hovers and the editor's views print them, in the language of the editor. Missing
// values and NaN become an en dash. Programs read `raw`, which keeps its point in every language.

import { pluralBy, type PluralForms } from './plural';

const minus = '−';
const missing = '–';
type Maybe = number | null | undefined;

const known = (value: Maybe): value is number => value !== null && value !== undefined && Number.isFinite(value);

const english = 'en-GB';
/** Those of the numbers and of the times, since English has several, and of the sentences that stand around them. */
let languages = { numbers: english, times: 'en', sentences: english };

/**
 * Making a formatter costs far more than using it, and a long text has thousands of numbers. So each is made once, with
 * its first use.
 */
let made: Formatters = { numbers: new Map(), percent: null, clock: null, ordinals: null, plurals: null };
interface Formatters {
  readonly numbers: Map<string | number, Intl.NumberFormat>;
  /** What stands before and after the number. */
  percent: readonly [before: string, after: string] | null;
  clock: Intl.DateTimeFormat | null;
  ordinals: Intl.PluralRules | null;
  plurals: Intl.PluralRules | null;
}

/**
 * Called once, at the start. All numbers are English before, and with a language that the runtime does not know.
 * Without a translation the sentences are English, so their plurals and ordinals are too.
 */
export function setLanguage(tag: string, isTranslated = true): void {
  const isEnglish = /^en\b/i.test(tag);
  const isKnown = isEnglish || isSupported(tag);
  const numbers = isKnown && !isEnglish ? tag : english;
  languages = { numbers, times: isKnown ? tag : 'en', sentences: isTranslated ? numbers : english };
  made = { numbers: new Map(), percent: null, clock: null, ordinals: null, plurals: null };
}

function isSupported(tag: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    // The tag has no valid form.
    return false;
  }
}

function formatter(key: string | number, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  // Ids, exponents and labels have Latin digits in every language, so all numbers do.
  const one = new Intl.NumberFormat(languages.numbers, { numberingSystem: 'latn', ...options });
  made.numbers.set(key, one);
  return one;
}

const withDecimals = (decimals: number): Intl.NumberFormat =>
  made.numbers.get(decimals) ??
  formatter(decimals, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });

/** With thousands separators and a true minus sign, but no minus before zero. */
export function fixed(value: Maybe, decimals: number): string {
  if (!known(value)) return missing;
  const text = withDecimals(decimals).format(Math.abs(value));
  return value < 0 && /[1-9]/.test(text) ? minus + text : text;
}

/** A change with its sign: `+3.12`, `−0.40`, `0.00`. */
export function signed(value: Maybe, decimals = 2): string {
  const text = fixed(value, decimals);
  return (value ?? 0) > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** With all digits and no thousands separators: `0.01`, `1000`. */
export const plain = (value: number): string =>
  (value < 0 ? minus : '') +
  (made.numbers.get('plain') ?? formatter('plain', { maximumFractionDigits: 20, useGrouping: false })).format(
    Math.abs(value),
  );

export const count = (value: Maybe): string => fixed(value, 0);
/** Sizes, distances and dot products: model units. */
export const size = (value: Maybe): string => fixed(value, 3);
/** Four significant digits, for a size that is compared with no other: `22,660`, `140.3`, `2.601`, `1.4 × 10⁻⁵`. */
export function roundedSize(value: Maybe): string {
  if (!known(value) || value === 0) return fixed(value, 0);
  if (Math.abs(value) < 0.0005) return scientific(value);
  const rounded = Number(value.toPrecision(4));
  const decimals = 3 - Math.floor(Math.log10(Math.abs(rounded)));
  return decimals < 0 ? count(rounded) : fixed(value, Math.min(3, decimals));
}
/** ‖h‖: everywhere with the same two decimals, since readers multiply by it. */
export const sizeOfH = (value: Maybe): string => fixed(value, 2);
/** The difference that a reader finds between two numbers printed with so many decimals. */
export function printedDifference(a: number, b: number, decimals: number): string {
  const [from, to] = [a, b].map((value) => Number(value.toFixed(decimals))) as [number, number];
  return fixed(from - to, decimals);
}
/**
 * Parts with so many decimals that add up, as printed, to a total that is printed with as many. The largest part takes
 * what rounding leaves, at most half a unit of the last digit for each part: a larger remainder is no rounding, and
 * stays visible.
 */
export function printedParts(total: number, parts: readonly number[], decimals: number): readonly number[] {
  const unit = 10 ** -decimals;
  const rounded = parts.map((part) => Number(part.toFixed(decimals)));
  const sizes = rounded.map(Math.abs);
  const largest = sizes.indexOf(Math.max(...sizes));
  const missing = Math.round((total - rounded.reduce((sum, part) => sum + part, 0)) / unit);
  const most = Math.floor(parts.length / 2);
  const moved = Math.max(-most, Math.min(most, missing)) * unit;
  return rounded.map((part, index) => (index === largest ? Number((part + moved).toFixed(decimals)) : part));
}
/** As many decimals as tell numbers apart that lie within `range` of each other: at least `least`, at most 6. */
export const decimalsWithin = (range: number, least: number): number =>
  range > 0 ? Math.min(6, Math.max(least, Math.ceil(-Math.log10(range)) + 1)) : least;
/** Numbers with as many decimals as tell them apart, at least `least` and at most `most`. */
export function toldApart(values: readonly number[], least: number, most = 6): readonly string[] {
  const printedWith = (decimals: number) => values.map((value) => fixed(value, decimals));
  const different = new Set(printedWith(most)).size;
  for (let decimals = least; ; decimals++) {
    const printed = printedWith(decimals);
    if (new Set(printed).size === different || decimals >= most) return printed;
  }
}
/** Decimals of the labels of an axis, whose ticks are evenly spaced. */
export const tickDecimals = ([first, second]: readonly number[]): number =>
  first === undefined || second === undefined || second <= first
    ? 0
    : Math.max(0, -Math.floor(Math.log10(second - first) + 1e-9));
export const degrees = (value: Maybe): string => (known(value) ? `${fixed(value, 1)}°` : missing);
export const bits = (value: Maybe): string => fixed(value, 2);
/** 0 … 100. */
export function percent(value: Maybe, decimals = 1): string {
  if (!known(value)) return missing;
  const [before, after] = (made.percent ??= percentSign());
  return before + fixed(value, decimals) + after;
}

function percentSign(): readonly [before: string, after: string] {
  // English puts no space there. Ours has one, as before other units.
  if (languages.numbers === english) return ['', ' %'];
  const parts = formatter('percent', { style: 'percent' }).formatToParts(0.1);
  const at = parts.findIndex(({ type }) => type === 'integer');
  const text = (some: typeof parts): string => some.map(({ value }) => value).join('');
  return [text(parts.slice(0, at)), text(parts.slice(at + 1))];
}

/** 0 … 1. */
export const probability = (value: Maybe): string =>
  known(value) && value < 0.001 ? `<${fixed(0.001, 3)}` : fixed(value, 3);
export const megabytes = (bytes: number): string => `${count(bytes / 1e6)} MB`;
/** `100 kB`, `807 MB`, `4.7 GB`. */
export const fileSize = (bytes: number): string =>
  bytes < 999_500 ? `${count(bytes / 1e3)} kB` : bytes < 999.5e6 ? megabytes(bytes) : `${fixed(bytes / 1e9, 1)} GB`;
/** The usual short form: `135 M`, `1.2 B`. */
export function inShort(parameters: number): string {
  if (parameters >= 999.5e6) return `${fixed(parameters / 1e9, parameters < 99.95e9 ? 1 : 0)} B`;
  return parameters >= 1e6 ? `${fixed(parameters / 1e6, 0)} M` : count(parameters);
}

interface WeightTypes {
  readonly quantisation: string;
  /** Shares from 0 to 1. */
  readonly mix?: readonly { readonly type: string; readonly share: number }[];
}

/** `Q4_K_M`, and what it is a mix of: `Q4_K_M (Q8_0 63 %, Q5_0 24 %, Q4_K 9 %, Q6_K 4 %)`. */
export const weightTypes = ({ quantisation, mix }: WeightTypes): string =>
  mix
    ? `${quantisation} (${mix.map(({ type, share }) => `${type} ${percent(100 * share, 0)}`).join(', ')})`
    : quantisation;
export const hexPairs = (bytes: readonly number[]): string =>
  bytes.map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const raised = (exponent: number): string =>
  (exponent < 0 ? '⁻' : '') + [...String(Math.abs(exponent))].map((digit) => superscripts[Number(digit)]).join('');
/** `1.4 × 10⁻¹⁵`; from 0.001 to below 1,000 three digits without a power. */
export function scientific(value: Maybe): string {
  if (!known(value) || value === 0) return known(value) ? '0' : missing;
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  if (exponent >= -3 && exponent < 3) return fixed(value, Math.max(0, 2 - exponent));
  const [mantissa = '', power = '0'] = value.toExponential(1).split('e');
  return `${fixed(Number(mantissa), 1)} × 10${raised(Number(power))}`;
}
/** With two digits of its distance to 1. Cut, not rounded, so that a value below a bound never seems to reach it. */
export function cosine(value: Maybe): string {
  if (!known(value)) return missing;
  const decimals = value < 1 ? Math.min(12, Math.max(2, 1 - Math.floor(Math.log10(1 - value)))) : 2;
  // 0.29 is stored as slightly less.
  return fixed(Math.floor(value * 10 ** decimals + 1e-6) / 10 ** decimals, decimals);
}
/** `41 ms`, `8.3 ms`. */
export const milliseconds = (value: number): string => `${fixed(value, value < 9.95 ? 1 : 0)} ms`;
/** A power of ten: `10⁻⁶`. */
export const powerOfTen = (exponent: number): string => `10${raised(exponent)}`;

/** `14:05`. */
export const clockTime = (at: Date): string =>
  (made.clock ??= new Intl.DateTimeFormat(languages.times, { hour: '2-digit', minute: '2-digit' })).format(at);

/** Figures as English writes them, `1.5` or `1,234`, in the marks of the language. */
export const inFigures = (written: string): string => {
  const parts = (made.numbers.get('marks') ?? formatter('marks', { minimumFractionDigits: 1 })).formatToParts(12_345.5);
  const markOf = (kind: 'decimal' | 'group'): string => parts.find(({ type }) => type === kind)?.value ?? '';
  return written.replace(/(?<=\d)[.,](?=\d)/g, (mark) => markOf(mark === '.' ? 'decimal' : 'group'));
};

/** The form of an ordinal in the language of the sentences: in English `one` for 1st, 21st …, `two`, `few`, `other`. */
export const ordinalForm = (value: number): Intl.LDMLPluralRule =>
  (made.ordinals ??= new Intl.PluralRules(languages.sentences, { type: 'ordinal' })).select(value);

/** The form of a sentence for a number, in the language of the sentences. */
export const plural = <T>(value: number, forms: PluralForms<T>): T =>
  pluralBy((made.plurals ??= new Intl.PluralRules(languages.sentences)), value, forms);

/** A word or a sentence with a capital at its beginning, as a title has it. */
export const capitalised = (text: string): string => text.charAt(0).toLocaleUpperCase() + text.slice(1);

/** A name before its value: `layer 3`. */
export const valued = (name: string, value: string | number): string => `${name} ${value}`;

/** All digits, for `data-value` and for copying. */
export const raw = (value: Maybe): string => (known(value) ? String(value) : '');

/** A script of writing by its code in ISO 15924, in the language of the sentences. */
export const scriptName = (code: string): string =>
  new Intl.DisplayNames(languages.sentences, { type: 'script', fallback: 'code' }).of(code) ?? code;
