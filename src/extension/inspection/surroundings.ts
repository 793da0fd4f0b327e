import { EngineError } from '../../shared/errors';
import type { LoadRequest } from '../../shared/model';
import type { Download, Failure, UpcomingModel } from '../../shared/panel';
import type { Translator } from '../../shared/translator';
import type { DocumentKeeper } from './keptDocument';
import type { KeptVectors } from './keptVectors';
import type { SubjectPlace, Subject } from './subject';

/** A file or a folder with a tokenizer. */
export interface NamedFile {
  readonly path: string;
  readonly name: string;
}

/** What inspections ask of the editor. */
export interface InspectionSurroundings {
  /** The model that the settings name. */
  request(): LoadRequest;
  /** Rejects with an `EngineError` if the setting cannot name a file. */
  describe(request: LoadRequest): Promise<UpcomingModel>;
  /** Asks the user whether to download the model. Does not wait for the answer: a yes is the intent `download`. */
  ask(download: Download): void;
  /** The text that stands at a place now; rejects with a sentence if the place is gone. */
  read(place: SubjectPlace): Promise<Subject>;
  /** Writes a text at the end of a place. Resolves with the length that it has there; rejects with a sentence. */
  insert(place: SubjectPlace, text: string): Promise<number>;
  /** Whether the user chose this server in a window of this workspace, or agreed to send text to it. */
  isAgreed(address: string): boolean;
  /** The user agrees to send text to this server. */
  agree(address: string): void;
  /** Logs a failure, tells the user if necessary, and returns what the panel says of it. */
  failed(error: unknown): Failure;
  /** The same of the model that the loaded one is compared with, which `request` does not name. */
  failedOther(error: unknown): string;
  /** A sentence: the comparison with the model of this name has ended, since the loaded one is another. */
  comparisonEnded(name: string): string;
  /** Model files whose tokenizers can be tried on a text. Absent where no files can be read. */
  tokenizers?(): readonly NamedFile[];
  /** Translates the sentences that are put together here. */
  readonly l10n: Translator;
  readonly keptVectors: KeptVectors;
  /** Keeps what was measured of a document over a reload of the window. Absent where nothing is kept. */
  readonly keeper?: DocumentKeeper;
  /** A sentence: edits are not followed, since a server would get the text at each. */
  notFollowed(): string;
}

/**
 * Ends the work that needs a model which nobody has agreed to download. Its code is `cancelled`, because nothing failed
 * and the panel's status says everything.
 */
export class DownloadNeeded extends EngineError {
  constructor(readonly download: Download) {
    super('cancelled', 'The model is not downloaded yet.');
  }
}
