import * as v from 'valibot';
import { AlignedBuilder, prefixed, alignedRange, replacedIn, slice, type Aligned } from './aligned';
import { compiled, patternSchema } from './pattern';
import { stepsOf, unknownStep } from './steps';
import { spaceEnd, spaceStart } from './whiteSpace';

/** Changes a text before it is cut, and keeps the ranges of its units. */
export type Normaliser = (text: Aligned) => Aligned;

type Form = 'NFC' | 'NFD' | 'NFKC' | 'NFKD';

const forms = ['NFC', 'NFD', 'NFKC', 'NFKD'] as const;

const schema = v.variant('type', [
  ...forms.map((form) => v.looseObject({ type: v.literal(form) })),
  v.looseObject({ type: v.literal('Lowercase') }),
  v.looseObject({ type: v.literal('Prepend'), prepend: v.pipe(v.string(), v.maxLength(64)) }),
  v.looseObject({ type: v.literal('Replace'), pattern: patternSchema, content: v.pipe(v.string(), v.maxLength(64)) }),
  v.looseObject({ type: v.literal('Strip'), strip_left: v.boolean(), strip_right: v.boolean() }),
]);

/** The normaliser of a `tokenizer.json`. Throws `EngineError('model-unsupported')` with the name of an unknown step. */
export function normaliserOf(described: unknown): Normaliser {
  const steps = stepsOf(described, 'normalizers', 'normalizer').map(normaliserStep);
  return (text) => steps.reduce((changed, change) => change(changed), text);
}

function normaliserStep(described: unknown): Normaliser {
  const parsed = v.safeParse(schema, described);
  if (!parsed.success) throw unknownStep('normalizer', described);
  const step = parsed.output;
  switch (step.type) {
    case 'Lowercase':
      // Each character by itself as in the original: a final sigma is no exception.
      return (text) => byParts(text, /[^]/gu, (character) => character.toLowerCase());
    case 'Prepend':
      return (text) => (text.text === '' ? text : prefixed(step.prepend, text));
    case 'Replace': {
      const pattern = compiled(step.pattern);
      return (text) => replacedIn(text, pattern, step.content);
    }
    case 'Strip':
      return (text) => strip(text, step.strip_left, step.strip_right);
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD':
      return (text) => composed(text, step.type);
  }
}

/** A letter with its marks and with the later letters of a Korean syllable. */
const cluster =
  /[^\p{M}\u1160-\u11FF\uD7B0-\uD7FF][\p{M}\u1160-\u11FF\uD7B0-\uD7FF]*|[\p{M}\u1160-\u11FF\uD7B0-\uD7FF]+/gu;
/** No normal form composes an ASCII character with an earlier one. */
const surely = /[\0-\x7F]?[^\0-\x7F]+|[\0-\x7F]/g;

/**
 * Applies a Unicode normal form. Its units have the range of their cluster, or of several clusters if these turn out to
 * interact.
 */
function composed(text: Aligned, form: Form): Aligned {
  const normal = text.text.normalize(form);
  if (normal === text.text) return text;
  const fine = byParts(text, cluster, (part) => part.normalize(form));
  return fine.text === normal ? fine : byParts(text, surely, (part) => part.normalize(form));
}

/** Changes each match of a pattern that covers the whole text. */
function byParts(text: Aligned, pattern: RegExp, change: (part: string) => string): Aligned {
  const built = new AlignedBuilder(text.limit);
  for (const { 0: part, index } of text.text.matchAll(pattern)) {
    const changed = change(part);
    if (changed === part) built.copy(text, index, index + part.length);
    else built.add(changed, alignedRange(text, index, index + part.length));
  }
  return built.build();
}

function strip(aligned: Aligned, left: boolean, right: boolean): Aligned {
  const { text } = aligned;
  const from = left ? spaceEnd(text, 0) : 0;
  return slice(aligned, from, right ? spaceStart(text, text.length, from) : text.length);
}
