import type { LayerPart } from '../../shared/ablation';
import type { LayerProgram, RowStep, Stage } from '../kernels/layerProgram';
import type { LayerPlan, PartOperands } from './layerSteps';

/** A part whose output is replaced at every position: by the values, or by zeros if they are `null`. */
export interface ReplacedPart {
  readonly part: LayerPart;
  /** `headSize` numbers of a head's output before the output product, else `dimensions` numbers. */
  readonly values: Float32Array | null;
}

/** The columns of an operand that hold the output of a part. */
function columnsOf({ part }: ReplacedPart, operands: PartOperands, { headSize, dimensions }: Widths) {
  if (part.kind !== 'head') return { x: operands[part.kind], width: dimensions, from: 0, count: dimensions };
  const { heads } = operands;
  return { x: heads.operand, width: heads.width, from: part.head * headSize, count: headSize };
}

interface Widths {
  readonly headSize: number;
  readonly dimensions: number;
}

/**
 * The program of some layers with steps that overwrite the outputs of these parts as soon as they are computed.
 * `addressOf` returns the address of a part's values, 0 for zeros.
 */
export function programWithout(
  { program, parts }: LayerPlan,
  replaced: readonly ReplacedPart[],
  widths: Widths,
  addressOf: (part: ReplacedPart) => number,
): LayerProgram {
  let { stages } = program;
  for (const one of replaced) {
    const operands = parts.get(one.part.layer);
    if (!operands) throw new RangeError(`Layer ${one.part.layer} is not one of the program’s.`);
    const columns = columnsOf(one, operands, widths);
    stages = stages.flatMap((stage) =>
      after(stage, columns.x, { kind: 'replace', ...columns, values: addressOf(one) }),
    );
  }
  return { ...program, stages };
}

/** The stage with a step after the one that writes an operand; the stage alone if it does not write it. */
function after(stage: Stage, operand: number, step: RowStep): Stage[] {
  if (stage.kind !== 'rows') {
    const writes =
      stage.kind === 'products' ? stage.products.some(({ out }) => out === operand) : stage.out === operand;
    return writes ? [stage, { kind: 'rows', steps: [step] }] : [stage];
  }
  const at = stage.steps.findLastIndex((own) => 'out' in own && own.out === operand);
  return at < 0 ? [stage] : [{ kind: 'rows', steps: stage.steps.toSpliced(at + 1, 0, step) }];
}
