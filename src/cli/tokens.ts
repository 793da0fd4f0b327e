import {
  costByLine,
  costByScript,
  cutsFinding,
  modelsOf,
  reasonWords,
  sourceNamed,
  stretchesOf,
  textSize,
} from '../shared/cutCosts';
import type { CutBy, CutToken, OtherCut } from '../shared/cuts';
import { encodings } from '../shared/encodings';
import { count, fixed, scriptName } from '../shared/format';
import { plainToken } from '../shared/glyphs';
import { english } from '../shared/translator';
import { spelled } from '../tools/insides';
import { paragraphs, shortened, table, visible } from '../tools/text';
import { cutsJson } from '../tools/tokens';
import { aloud } from './aloud';
import { lineBreakHint } from './hints';
import { pairOption, UsageError } from './options';
import { loadEngine, newCommand, sayer, version, withModelOptions, type Io, type ModelOptions } from './program';
import { madeWith } from './provenance';

interface Options extends ModelOptions {
  readonly json: boolean;
  readonly plain: boolean;
  readonly with?: readonly string[];
}

/** Rows of a table; `--json` has all. */
const mostRows = 20;
/** Tokens of one vocabulary alone, and characters of each. */
const [mostLongest, longestShown] = [3, 24];

/** A text under the tokenizer of a model and under others. */
export async function tokensCommand(args: readonly string[], io: Io): Promise<void> {
  const command = withModelOptions(
    newCommand('vectorscope tokens', io)
      .description(
        'Cuts a text by the tokenizer of a model and by others: how many tokens, where do they part, and why?',
      )
      .argument(
        '<text>',
        'the text; - reads it from standard input, unaltered; put -- before one that begins with a dash',
      )
      .option(
        '--with <tokenizer>',
        `another tokenizer: a GGUF file, a model's folder, a tokenizer.json, ${encodings.join(', ')}, or a model of OpenAI such as gpt-4o; may be repeated; OpenAI's three without it`,
        pairOption,
      )
      .option('--json', 'print one JSON object instead of tables', false)
      .option('--plain', 'read special tokens that are spelled in the text as plain text', false),
  )
    .version(version, '--version')
    .parse(args, { from: 'user' });
  const { json, plain, with: named = encodings, ...options } = command.opts<Options>();
  const [argument = ''] = command.args;
  const text = argument === '-' ? await io.readInput() : argument;
  if (text === '') throw new UsageError('The text is empty; give at least one character.');
  lineBreakHint(io, text);
  // The matrices are enough: no layer runs.
  const geometry = options.geometry || options.server === undefined;
  const { engine, model } = await loadEngine(io, { ...options, geometry });
  const cuts = await aloud('Reading the other tokenizers.', sayer(io), () =>
    engine.cuts({ text, plain, others: named.map(sourceNamed), vocabularies: true }),
  );
  if (json) {
    const made = await madeWith(io, engine, { model }, { plain });
    return io.out(`${JSON.stringify({ ...cutsJson(text, cuts), ...made })}\n`);
  }
  const own = { ...cuts.own, name: model.name };
  const compared = command.opts<Options>().with === undefined ? [] : cuts.others;
  io.out(`${paragraphs(counted(text, [own, ...cuts.others]), ...compared.map((other) => beside(text, own, other)))}\n`);
}

function counted(text: string, all: readonly CutBy[]): string {
  const { words, bytes } = textSize(text);
  const named = (name: string): string => {
    const encoding = encodings.find((one) => one === name);
    return encoding ? `${name} (${modelsOf(encoding)})` : visible(name);
  };
  return table(
    ['tokenizer', 'tokens', 'tokens a word', 'bytes a token'],
    all.map((one) => [
      ...[named(one.name), count(one.count)],
      ...[words > 0 ? fixed(one.count / words, 2) : '–', one.count > 0 ? fixed(bytes / one.count, 2) : '–'],
    ]),
    'lrrr',
  );
}

/** Where and why another tokenizer parts from the model's, and what that costs. */
function beside(text: string, own: CutBy, other: OtherCut): string {
  const cut = (tokens: readonly CutToken[]): string => tokens.map(plainToken).join('|');
  const parted = stretchesOf(own, other).filter(({ parting }) => parting);
  const lines = costByLine(text, [own, other]);
  const scripts = costByScript(text, [own, other]);
  const costs = (head: string, rows: readonly { name: string; counts: readonly [number, number] }[]): string =>
    table(
      [head, visible(own.name), visible(other.name)],
      rows.map(({ name, counts }) => [name, ...counts.map(count)]),
      'lrr',
    );
  const { shared, only } = other.vocabularies ?? {};
  const alone = only?.map(({ count: many, longest }, side) => {
    const named = longest.slice(0, mostLongest).map((token) => shortened(visible(token.text), longestShown));
    const said = named.length > 0 ? ` (longest: ${named.join(' ')})` : '';
    return `, ${count(many)} in ${visible(side === 0 ? own.name : other.name)} alone${said}`;
  });
  return paragraphs(
    `${spelled(cutsFinding({ text, own, other }, english))}.`,
    parted.length > 0 &&
      table(
        ['from', 'to', visible(own.name), visible(other.name), 'why'],
        parted
          .slice(0, mostRows)
          .map((one) => [
            ...[String(one.parting?.start), String(one.parting?.end)],
            ...[cut(one.own), cut(one.other), reasonWords(one.parting?.reason ?? null, english)],
          ]),
        'rrlll',
      ),
    parted.length > mostRows && `${count(parted.length - mostRows)} more places are in --json.`,
    lines.length > 1 &&
      costs(
        'line',
        lines.slice(0, mostRows).map((one) => ({ ...one, name: count(one.line) })),
      ),
    scripts.length > 1 &&
      costs(
        'script',
        scripts.map((one) => ({ ...one, name: one.script === null ? 'digits and signs' : scriptName(one.script) })),
      ),
    alone && `Vocabularies: ${count(shared)} tokens are in both${alone.join('')}.`,
  );
}
