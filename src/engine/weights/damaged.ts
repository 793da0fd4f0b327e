import { EngineError } from '../../shared/errors';

/** A model that contradicts its format: only another copy can help. */
export class DamagedModel extends EngineError {
  readonly #fault: string;

  constructor(fault: string, file?: string) {
    super(
      'model-damaged',
      `${fault}. ${file === undefined ? 'The file' : `“${file}”`} is damaged or not a model: copy it again or choose another model.`,
    );
    this.#fault = fault;
  }

  /** The same error with the name of the model's file or folder. */
  in(file: string): DamagedModel {
    return new DamagedModel(this.#fault, file);
  }
}

/** `fault` is a sentence without its full stop. */
export const damaged = (fault: string): DamagedModel => new DamagedModel(fault);
