import { fixed, count, megabytes } from '../../shared/format';
import type { ModelSummary } from '../../shared/engine';
import type { Description } from './descriptions';
import { fileName, type FoundModel } from './find';
import type { ChosenFile } from './remembered';

/** A model of the list. The path is what tells one from another. */
export interface Entry extends FoundModel {
  readonly kind: 'default' | 'setting' | 'file';
}

/** Where the list's entries come from. */
export interface Sources {
  readonly defaultPath: string;
  readonly defaultName: string;
  /** '' where the setting names no file. */
  readonly setting: string;
  readonly remembered: readonly ChosenFile[];
  readonly found: readonly FoundModel[];
}

/** The default model first, then the setting's, those that were chosen before, and those that were found; each file once. */
export function entriesOf({ defaultPath, defaultName, setting, remembered, found }: Sources): readonly Entry[] {
  const all: readonly Entry[] = [
    { kind: 'default', path: defaultPath, name: defaultName, named: false },
    ...(setting === '' ? [] : [{ kind: 'setting' as const, path: setting, name: fileName(setting), named: false }]),
    ...remembered.map(({ path, name }) => ({ kind: 'file' as const, path, name: name ?? fileName(path), named: name !== undefined })),
    ...found.map((model) => ({ ...model, kind: 'file' as const })),
  ];
  const seen = new Set<string>();
  return all.filter(({ path }) => !seen.has(path) && seen.add(path));
}

/** How a model stands in the list. */
export interface Row {
  readonly path: string;
  readonly label: string;
  readonly description: string;
  readonly icon: 'check' | 'circle-outline' | 'circle-slash' | 'warning';
  /** Whole sentences or names, one a line. */
  readonly details: readonly string[];
}

/** What the list says beside names and numbers. */
export interface RowWords {
  inUse(): string;
  shipped(): string;
  bySetting(): string;
  parameters(many: string): string;
  tied(): string;
  untied(): string;
  /** Whether they are tied is seen when the model is loaded. */
  tiedUnknown(): string;
  context(tokens: string): string;
  license(name: string): string;
  runs(): string;
  unsupported(): string;
  missing(): string;
  damaged(): string;
}

export function rowOf({ kind, path, name }: Entry, known: Description | null, inUse: boolean, words: RowWords): Row {
  const marks = [...(inUse ? [words.inUse()] : []), ...(kind === 'default' ? [words.shipped()] : kind === 'setting' ? [words.bySetting()] : [])];
  const base = { path, label: name };
  if (known === null) return { ...base, description: joined(marks), icon: inUse ? 'check' : 'circle-outline', details: [...marks, path] };
  if (known.kind === 'failed') {
    const unsupported = known.code === 'model-unsupported';
    const verdict = unsupported ? words.unsupported() : known.code === 'model-missing' ? words.missing() : words.damaged();
    return { ...base, description: joined([verdict, ...marks]), icon: unsupported ? 'circle-slash' : 'warning', details: [known.message, ...marks, path] };
  }
  const { summary } = known;
  const verdict = summary.refusal === null ? words.runs() : words.unsupported();
  const facts = factsOf(summary, words);
  return {
    ...base,
    description: joined([...(inUse ? [words.inUse()] : []), verdict, ...facts]),
    icon: summary.refusal === null ? (inUse ? 'check' : 'circle-outline') : 'circle-slash',
    details: [...marks, ...facts, summary.refusal ?? verdict, path],
  };
}

function factsOf({ architecture, parameters, quantisation, tied, contextLength, fileBytes, license }: ModelSummary, words: RowWords): readonly string[] {
  return [
    architecture,
    words.parameters(inShort(parameters)),
    quantisation,
    megabytes(fileBytes),
    tied === null ? words.tiedUnknown() : tied ? words.tied() : words.untied(),
    ...(contextLength === null ? [] : [words.context(count(contextLength))]),
    ...(license === null ? [] : [words.license(license)]),
  ];
}

/** As models are spoken of: `135 M`, `1.2 B`. */
export function inShort(parameters: number): string {
  if (parameters >= 999.5e6) return `${fixed(parameters / 1e9, parameters < 99.95e9 ? 1 : 0)} B`;
  return parameters >= 1e6 ? `${fixed(parameters / 1e6, 0)} M` : count(parameters);
}

const joined = (parts: readonly string[]): string => parts.join(' · ');
