import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { DescribeRequest, Engine, ModelSummary } from '../../shared/engine';
import { EngineError, isCancelled } from '../../shared/errors';
import { after } from '../../shared/timers';
import { EngineWorker, type Log, type WorkerProcess } from '../engineWorker';

/** Far more than reading a header takes, even from a slow disk. Seconds. */
const longestRead = 20;
/** How long an idle process stays: one serves a whole search and ends soon after. Minutes. */
const idle = 5 / 60;

/**
 * Reads the headers of model files in a process of its own, one after another, so no file can end or slow down the
 * process that holds the model. If a file ends this process, its description says so, and the next file starts another
 * process.
 */
export class HeaderReader {
  readonly #worker: EngineWorker;
  #last: Promise<unknown> = Promise.resolve();

  /** `freed` returns the bytes that will be freed before a model is loaded. */
  constructor(
    spawn: () => WorkerProcess,
    log: Log,
    private readonly freed: () => number,
  ) {
    const quiet: Log = { info: () => undefined, error: (line) => log.error(`While headers were read: ${line}`) };
    this.#worker = new EngineWorker(spawn, quiet, { lost: () => '', hung: () => '', idleMinutes: () => idle });
  }

  /** Rejects with an `EngineError` that says what is wrong with the file. */
  readonly describe: Engine['describe'] = (request) => {
    const read = this.#last.then(() => this.#describe(request));
    this.#last = read.catch(() => undefined);
    return read;
  };

  dispose(): Promise<void> {
    return this.#worker.dispose();
  }

  async #describe({ path }: DescribeRequest): Promise<ModelSummary> {
    const late = new AbortController();
    const inTime = after(1000 * longestRead, () => late.abort());
    try {
      return await this.#worker.engine.describe({ path, freed: this.freed() }, { signal: late.signal });
    } catch (error) {
      if (late.signal.aborted && isCancelled(error)) {
        await this.#worker.unload();
        throw new EngineError(
          'model-damaged',
          vscode.l10n.t(
            'The header of {0} could not be read within {1} seconds. Copy the file to a faster disk or choose another model.',
            basename(path),
            longestRead,
          ),
        );
      }
      if (error instanceof EngineError && error.code === 'worker-lost') {
        throw new EngineError(
          'model-damaged',
          vscode.l10n.t(
            'The process that read the header of {0} ended unexpectedly. The file is damaged, or has a format that Vectorscope does not know. Copy it again or choose another model.',
            basename(path),
          ),
        );
      }
      throw error;
    } finally {
      inTime();
    }
  }
}
