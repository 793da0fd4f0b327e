import type { Command } from 'commander';
import {
  rangesOf,
  type NumberRange,
  type UntrainedOptions,
  type UntrainedResult,
  type UntrainedToken,
} from '../shared/lab';
import { english } from '../shared/translator';
import { reachWords, referenceTemplate, untrainedSaid } from '../shared/untrainedWords';
import { count, number, table, visible } from '../tools/text';
import { wholeNumber } from './options';

const id = ({ least, most }: NumberRange) => wholeNumber(least, most);

/** The options that name the reference. */
export function withReference(command: Command): Command {
  const { from, to } = rangesOf('untrained');
  return command
    .option(
      '--from <id>',
      'the first of the tokens that are known to be unused, to the last of all without --to; without both they are found by name',
      id(from),
    )
    .option('--to <id>', 'the last of them; without --from they begin at 0', id(to));
}

export function referenceOptions(command: Command): UntrainedOptions {
  const { from, to } = command.opts<UntrainedOptions>();
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

export function untrainedTables(result: UntrainedResult, most: number): readonly string[] {
  const { reference, principal, nearest, control } = result;
  const examples = reference.examples.map(({ text }) => visible(text)).join(', ');
  const part = (tokens: readonly UntrainedToken[], title: string) =>
    table(
      [title, 'id', 'size', 'smaller', 'cosine', 'place', 'made by'],
      tokens
        .slice(0, most)
        .map(({ id, text, size, percentile, cosine, rank, reach }) => [
          visible(text),
          String(id),
          number(size, 3),
          `${number(percentile, 1)} %`,
          number(cosine, 4),
          count(rank),
          reachWords(reach, english),
        ]),
      'lrrrrrl',
    );
  return [
    untrainedSaid(result, english),
    english.t(referenceTemplate(reference, english), count(reference.count), examples),
    `Size is that of the input row. The cosine is that of the output row to the mean of the reference, both without the first principal component of all output rows, which has ${number(100 * principal, 1)} % of their variance (Land and Bartolo 2024, arXiv 2405.05417).`,
    part(nearest, 'nearest to the reference'),
    ...(control.length > 0 ? [part(control, 'control tokens')] : []),
  ];
}
