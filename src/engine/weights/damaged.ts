import * as v from 'valibot';
import { EngineError, modelUnsupported, said } from '../../shared/errors';
import type { Said, SaidValue } from '../../shared/said';

/** A model that contradicts its format: only another copy can help. */
export class DamagedModel extends EngineError {
  readonly #fault: Said;

  constructor(fault: Said, file?: string) {
    super(
      'model-damaged',
      file === undefined
        ? said`${fault}. The file is damaged or not a model: copy it again or choose another model.`
        : said`${fault}. “${file}” is damaged or not a model: copy it again or choose another model.`,
    );
    this.#fault = fault;
  }

  /** The same error with the name of the model's file or folder. */
  in(file: string): DamagedModel {
    return new DamagedModel(this.#fault, file);
  }
}

const damaged = (...fault: Parameters<typeof said>): DamagedModel => new DamagedModel(said(...fault));

/**
 * A value that contradicts the format. `field` is the format's own name for it, with its file if there are several:
 * `tensor_count`, `config.json: head_dim`. `expected` is written in signs: `≤ 64`, `2n`.
 */
export const wrongField = (field: SaidValue, found: SaidValue, expected: SaidValue): DamagedModel =>
  damaged`The model’s field ${field} is ${found}; expected: ${expected}`;

export const missingField = (field: SaidValue, expected: SaidValue): DamagedModel =>
  wrongField(field, said`missing`, expected);

/** A value of a JSON file that its schema refuses. */
export function wrongIssue(file: string, issue: v.BaseIssue<unknown>): DamagedModel {
  const path = v.getDotPath(issue);
  const field = path === null ? file : `${file}: ${path.slice(0, 80)}`;
  const expected = issue.expected ?? '…';
  return issue.input === undefined
    ? missingField(field, expected)
    : wrongField(field, issue.received.slice(0, 80), expected);
}

export const repeatedField = (field: SaidValue): DamagedModel => damaged`The model’s field ${field} occurs twice`;

/** `format`: `UTF-8` or `JSON`. */
export const invalidField = (field: SaidValue, format: string): DamagedModel =>
  damaged`The model’s field ${field} is not valid ${format}`;

export const endsBefore = (field: SaidValue): DamagedModel => damaged`The model file ends before the end of ${field}`;

export const notFinite = (numbers: SaidValue): DamagedModel => damaged`The model’s ${numbers} holds NaN or infinity`;

/** A value that other programs may read. */
export const unreadField = (field: SaidValue, found: SaidValue, read: SaidValue): EngineError =>
  modelUnsupported`The model’s field ${field} is ${found}; Vectorscope reads ${read}. Choose another model.`;

export const unknownField = (field: SaidValue, found: SaidValue): EngineError =>
  modelUnsupported`The model’s field ${field} is ${found}, which Vectorscope cannot read. Choose another model.`;
