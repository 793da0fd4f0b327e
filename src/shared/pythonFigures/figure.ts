import type { ModelInfo } from '../model';
import type { PanelState } from '../panel';
import type { Side } from '../sides';

export type Literal = number | string | boolean | null | readonly Literal[];

/** A script that computes a figure anew, and what it is filled with. */
export interface Figure {
  /** The name of a script in `src/extension/python/figures`. */
  readonly script: string;
  /** Written as Python's literals. */
  readonly values: Readonly<Record<string, Literal>>;
  /** Python code, inserted as it is. */
  readonly code?: Readonly<Record<string, string>>;
}

/** The families that `transformers` reads from a GGUF file with all that their equations need. */
const readFromGguf = ['llama', 'qwen2', 'qwen3', 'gpt2'];

/** Whether a script can run the layers of the model. */
export function runsInPython({ architecture, trunk, layout, server }: ModelInfo): boolean {
  if (!trunk || server || layout === 'parts') return false;
  // From a GGUF file transformers takes neither scaled frequencies nor windows.
  const isPlain = !trunk.windowed && (trunk.position === 'learned' || trunk.rotary !== null);
  return layout === 'folder' || (readFromGguf.includes(architecture) && isPlain);
}

/** Whether a script can read the two matrices. */
export const hasMatrices = ({ sizes, server, source }: ModelInfo): boolean => sizes !== null && !server && !source;

export const matrixName = (side: Side): string => (side === 'input' ? 'E' : 'U');

/** The ids that were run. */
export const idsOf = ({ text, run }: PanelState): readonly number[] =>
  text && run ? text.tokens.slice(0, run.length).map(({ id }) => id) : [];
