import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

type Sentences = Readonly<Record<string, string>>;

const root = join(import.meta.dirname, '..', '..', '..');
const read = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8')) as Sentences;

/** Words that are the same in both languages: names, technical terms and short names of figures. */
const shared = new Set([
  ...['Attention', 'Backend', 'Bytes', 'Embedding', 'Head', 'Heads', 'Host', 'Hub', 'KLD', 'Matrix', 'Maximum'],
  ...['Minimum', 'ONNX Runtime', 'Patch', 'Pipeline', 'Position', 'RMS Δp', 'Server', 'Softmax', 'Surprisal', 'Text'],
  ...['Threads', 'Token', 'Tokenizer', 'Tokens', 'Unembedding', 'Vectorscope', 'WASM', 'WebGPU', 'GPU', 'in'],
  ...['rope_parameters in config.json', 'text_config in config.json', 'same top p', 'vs', 'MB', 'kB', 'A', 'B', 'KL'],
]);

/** The words of a sentence without its values, its figures and the signs between them. */
const wordsOf = (sentence: string): readonly string[] =>
  sentence
    .split(/\{\d+\}|[\d%#:;,.()→÷‖ ]+/)
    .map((word) => word.trim())
    .filter((word) => /\p{L}{2}/u.test(word));

const isShared = (sentence: string): boolean =>
  shared.has(sentence) || wordsOf(sentence).every((word) => shared.has(word));

const valuesOf = (sentence: string): readonly string[] =>
  [...new Set([...sentence.matchAll(/\{\d+\}/g)].map(([value]) => value))].sort();

describe.each([
  ['l10n/bundle.l10n.json', 'l10n/bundle.l10n.de.json'],
  ['package.nls.json', 'package.nls.de.json'],
])('the German of %s', (source, translation) => {
  const [english, german] = [read(source), read(translation)];

  it('has every sentence, and no other, in the same order', () => {
    const keys = Object.keys(english);
    const missing = keys.filter((key) => !(key in german));
    expect({ missing, extra: Object.keys(german).filter((key) => !(key in english)) }).toEqual({
      missing: [],
      extra: [],
    });
    expect(Object.keys(german)).toEqual(keys);
  });

  it('has the values of each sentence, and the links of its commands', () => {
    const linksOf = (sentence: string) => [...sentence.matchAll(/\(command:[\w.]+\)/g)].map(([link]) => link);
    const partsOf = (sentence = '') => [...valuesOf(sentence), ...linksOf(sentence)];
    const differing = Object.keys(english).filter(
      (key) => String(partsOf(english[key])) !== String(partsOf(german[key])),
    );
    expect(differing).toEqual([]);
  });

  it('leaves no sentence empty or English', () => {
    expect(Object.keys(german).filter((key) => german[key]?.trim() === '')).toEqual([]);
    const untranslated = Object.keys(english).filter(
      (key) => english[key] === german[key] && !isShared(german[key] ?? ''),
    );
    expect(untranslated).toEqual([]);
  });
});
