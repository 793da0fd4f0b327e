import { EngineError, said } from '../../shared/errors';
import type { Said } from '../../shared/said';

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

/** The template is a sentence without its full stop. */
export const damaged = (...fault: Parameters<typeof said>): DamagedModel => new DamagedModel(said(...fault));
