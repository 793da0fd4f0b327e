import { capitalised } from './format';
import type { ModelSummary } from './model';
import type { ServerInfo } from './server';
import type { Translator } from './translator';

/** The words for a model's facts: the list of models and the document of a model file use the same. */
export const modelWordsIn = (l10n: Translator) => {
  const verdicts: Readonly<Record<ModelSummary['verdict'], () => string>> = {
    runs: () => l10n.t('runs'),
    geometry: () => l10n.t('geometry only'),
    nothing: () => l10n.t('not supported'),
  };
  return {
    verdict: (verdict: ModelSummary['verdict']): string => verdicts[verdict](),
    tied: () => l10n.t('tied'),
    untied: () => l10n.t('untied'),
    /** Loading the model shows whether its matrices are tied. */
    tiedUnknown: () => l10n.t('known once it is loaded'),
    tokens: (many: string) => l10n.t('{0} tokens', many),
    about: (size: string) => l10n.t('about {0}', size),
    facts: {
      family: () => l10n.t('Family'),
      parameters: () => l10n.t('Parameters'),
      quantisation: () => l10n.t('Quantisation'),
      matrices: () => l10n.t('Input and output matrix'),
      context: () => l10n.t('Context'),
      size: () => capitalised(l10n.t('size')),
      memory: () => l10n.t('Memory'),
      license: () => l10n.t('Licence'),
    },
  };
};

/** A server in few words, without its scheme: `localhost:8080`, `example.org/proxy`. */
export const serverPlace = (address: string): string =>
  address
    .replace(/^https?:\/\//i, '')
    .replace(/^[^/@]*@/, '')
    .replace(/\/+$/, '');

/** A model and the server that runs it, if one does: `SmolLM2-135M on localhost:8080 (llama.cpp)`. */
export const modelTitle = (
  { name, server }: { readonly name: string; readonly server?: Pick<ServerInfo, 'address' | 'kind'> },
  l10n: Translator,
): string => (server ? l10n.t('{0} on {1} ({2})', name, serverPlace(server.address), server.kind) : name);

/** The name of a part as llama.cpp's `gguf-split` writes it: `name-00001-of-00003.gguf`. */
export interface SplitName {
  /** From 0. */
  readonly part: number;
  readonly count: number;
  /** The path without the numbers. */
  readonly whole: string;
  /** The path of a part, counted from 0. */
  partAt(part: number): string;
}

const pattern = /^(.*)-(\d{5})-of-(\d{5})(\.gguf)$/is;
const mostParts = 2048;

/** What the name of a part says; `null` for any other path. */
export function splitName(path: string): SplitName | null {
  const [, before, number, of, ending] = pattern.exec(path) ?? [];
  if (before === undefined || number === undefined || of === undefined || ending === undefined) return null;
  const [part, count] = [Number(number) - 1, Number(of)];
  if (part < 0 || part >= count || count > mostParts) return null;
  return {
    part,
    count,
    whole: `${before}${ending}`,
    partAt: (other) => `${before}-${String(other + 1).padStart(5, '0')}-of-${of}${ending}`,
  };
}

/**
 * The name of a model from that of its file, without the ending, the quantisation and the number of a part:
 * `SmolLM2-135M-Instruct` for `SmolLM2-135M-Instruct.Q4_1.gguf`.
 */
export const modelNameOf = (file: string): string =>
  wholeName(file)
    .replace(/\.gguf$/i, '')
    .replace(/[.-](i?q\d\w*|b?f\d+)$/i, '');

/** The name of a file without the number of a part. */
export const wholeName = (file: string): string => splitName(file)?.whole ?? file;

/** A model's name without the ending that all that chat have: `SmolLM2-135M`. */
export const shortName = (name: string): string => name.replace(/[-_](instruct|chat|it)$/i, '');
