import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readGguf } from '../../../src/engine/weights/gguf';
import { fromBytes } from '../../../src/engine/weights/source';
import { EngineError } from '../../../src/shared/errors';
import { translated } from '../../../src/shared/said';
import { english, type Translator } from '../../../src/shared/translator';

type Sentences = Readonly<Record<string, string>>;

const root = join(import.meta.dirname, '..', '..', '..');
const read = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8')) as Sentences;

/** Words that are the same in both languages: names, technical terms and short names of figures. */
const shared = new Set([
  ...['Attention', 'Backend', 'Bytes', 'Embedding', 'Head', 'Heads', 'Host', 'Hub', 'KLD', 'Matrix', 'Maximum'],
  ...['Minimum', 'ONNX Runtime', 'Patch', 'Pipeline', 'Position', 'RMS Δp', 'Server', 'Softmax', 'Surprisal', 'Text'],
  ...[
    'Threads',
    'Token',
    'Tokenizer',
    'Tokens',
    'Unembedding',
    'Unigram',
    'Vectorscope',
    'WASM',
    'WebGPU',
    'GPU',
    'in',
  ],
  ...['same top p', 'vs', 'MB', 'kB', 'A', 'B', 'KL'],
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

  it('has no other sentences, in the same order; a release finds those that are missing', () => {
    expect(Object.keys(german)).toEqual(Object.keys(english).filter((key) => key in german));
  });

  it('has the values of each sentence, and the links of its commands', () => {
    const linksOf = (sentence: string) => [...sentence.matchAll(/\(command:[\w.]+\)/g)].map(([link]) => link);
    const partsOf = (sentence = '') => [...valuesOf(sentence), ...linksOf(sentence)];
    const differing = Object.keys(german).filter(
      (key) => String(partsOf(english[key])) !== String(partsOf(german[key])),
    );
    expect(differing).toEqual([]);
  });

  it('leaves no sentence empty or English', () => {
    expect(Object.keys(german).filter((key) => german[key]?.trim() === '')).toEqual([]);
    const untranslated = Object.keys(german).filter(
      (key) => english[key] === german[key] && !isShared(german[key] ?? ''),
    );
    expect(untranslated).toEqual([]);
  });
});

it('tells of a damaged header in German, with the names of the format', () => {
  const bundle = read('l10n/bundle.l10n.de.json');
  const german: Translator = { t: (message, ...pieces) => english.t(bundle[message] ?? message, ...pieces) };
  const header = new Uint8Array(24);
  header.set(new TextEncoder().encode('GGUF'));
  new DataView(header.buffer).setUint32(4, 3, true);
  new DataView(header.buffer).setUint32(16, 5, true);
  const fault = (file: Uint8Array): string => {
    try {
      readGguf(fromBytes(file));
    } catch (error) {
      if (error instanceof EngineError) return translated(error.said, german);
    }
    throw new Error('The file was read.');
  };
  expect(fault(header)).toMatch(/^Das Feld metadata_kv_count des Modells ist 5; erwartet: ≤ 0\. /);
  expect(fault(header.subarray(0, 10))).toMatch(/^Die Modelldatei endet vor dem Ende von tensor_count\. /);
});
