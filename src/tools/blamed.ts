import { adapterColumns, adapterFinding } from '../shared/adapterWords';
import type { Blame, BlameQuestion, TensorChanges } from '../shared/blame';
import { blameColumns, blameFinding, byCost, tensorChangeColumns } from '../shared/blameWords';
import { modelNamesOf, type OtherModel } from '../shared/both';
import type { DataColumn } from '../shared/columns';
import type { Control, Engine, ModelInfo } from '../shared/engine';
import { fixed } from '../shared/format';
import type { TextRequest } from '../shared/tokens';
import { english } from '../shared/translator';
import { nameOf, printedTable } from './tables';
import { groupedCount, paragraphs } from './text';

interface Asked {
  readonly engine: Engine;
  readonly model: ModelInfo;
  readonly other: OtherModel;
  readonly text: TextRequest;
  readonly question: BlameQuestion;
  readonly control?: Control;
}

export type Blamed = Awaited<ReturnType<typeof blamedOf>>;

/** Which part of B did it. Tensors come with what became of each in B's file, unless that is an adapter. */
export async function blamedOf({ engine, model, other, text, question, control }: Asked) {
  const blame = await engine.blame({ ...text, ...question }, control);
  const [path, otherPath] = [model, other.info].map(({ files }) => files?.[0]?.path);
  const isRead = question.by === 'tensors' && !other.adapter && path !== undefined && otherPath !== undefined;
  const changes = isRead ? await engine.tensorChanges({ path, other: otherPath }, control) : null;
  return { blame, changes, names: modelNamesOf([model, other.info]) };
}

/** As `--json` has it, the costliest first. */
export function blamedJson({ blame, changes }: Pick<Blamed, 'blame' | 'changes'>, most = Infinity) {
  const { id, text } = blame.token;
  const parts = byCost(blame, 'divergence').slice(0, most);
  return {
    blame: parts.map(({ part, logit, ...effect }) => ({
      ...part,
      ...effect,
      logit: { token: { id, text }, ...logit },
    })),
    ...(changes && {
      tensors: changes.tensors
        .slice(0, most)
        .map(({ name, error, angle, ratio, bitsPerWeight }) => ({ name, error, angle, ratio, bitsPerWeight })),
    }),
  };
}

/** A sentence and a table, the costliest first. */
export function blamedTables({ blame, changes, names }: Blamed, most = Infinity): string {
  const rows = byCost(blame, 'divergence').slice(0, most);
  const columns = [...blameColumns(blame, english), ...(changes ? tensorColumns(blame, changes) : [])];
  return paragraphs(
    blameSaid({ blame, names }),
    `${blame.reverse ? 'B with one part of A' : 'A with one part of B'} in place: KL from A in bits, and the logit of ${nameOf(blame.token)}\n${printedTable({ columns, rows })}`,
    changes && changes.every > 1 && `Of the tensors one run of rows in ${changes.every} was read.`,
    changes &&
      changes.unlike.length > 0 &&
      `Tensors in one of the two alone, or of another shape: ${groupedCount(changes.unlike.length)}.`,
  );
}

export const blameSaid = ({ blame, names }: Pick<Blamed, 'blame' | 'names'>): string =>
  `${blameFinding(blame, 'divergence', true, names, english)}.`;

/** What became of the tensor of each row, if a row has one. */
function tensorColumns({ parts }: Blame, { tensors }: TensorChanges): readonly DataColumn<Blame['parts'][number]>[] {
  const found = new Map(tensors.map((change) => [change.name, change]));
  if (!parts.some(({ part }) => found.has(part.tensor ?? ''))) return [];
  return tensorChangeColumns(english).map(({ value, ...column }) => ({
    ...column,
    value({ part }) {
      const change = found.get(part.tensor ?? '');
      return change && value(change);
    },
  }));
}

/** What an adapter says of itself, module by module; empty without one. */
export const adapterTables = ({ adapter, scale = 1 }: OtherModel): string =>
  adapter
    ? paragraphs(
        `${adapterFinding(adapter, english)}.`,
        `B is A with ${scale === 1 ? '' : `${fixed(scale, 2)} of `}the adapter: ${adapter.method}, rank ${adapter.rank}, alpha ${adapter.alpha}\n${printedTable({ columns: adapterColumns(english), rows: adapter.modules })}`,
        ...adapter.notices,
        adapter.unknown.length > 0 && `A has no module for ${adapter.unknown.join(', ')}.`,
      )
    : '';
