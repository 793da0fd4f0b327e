import { platform } from '#platform';
import { closeSync, copyFileSync, openSync, statSync, utimesSync, writeSync } from 'node:fs';
import { localEngine, type LocalEngine } from '../../src/engine/localEngine';
import { EngineError } from '../../src/shared/errors';

/** What became of the answers about a file that was overwritten meanwhile. */
export interface Overwriting {
  readonly right: number;
  readonly refused: number;
  /** Moments, as reads from the first one on. */
  readonly wrong: readonly number[];
}

/**
 * Asks about copies of a model of which a part is overwritten with zeros, in place, at so many moments from the first
 * read to the last. `at` is the path of the copy.
 */
export async function overwriting(
  model: string,
  at: string,
  moments: number,
  ask: (engine: LocalEngine, path: string) => Promise<unknown>,
): Promise<Overwriting> {
  const { openFile } = platform;
  const answerWith = async (atRead: (read: number) => void): Promise<string> => {
    copyFileSync(model, at);
    // Written long ago, as most files are: systems count the time in steps of some milliseconds.
    utimesSync(at, 1, 1);
    let reads = 0;
    platform.openFile = (path) => {
      const source = openFile(path);
      const read: typeof source.read = (...range) => {
        const bytes = source.read(...range);
        if (path === at) atRead(reads++);
        return bytes;
      };
      return { ...source, read };
    };
    const engine = localEngine();
    try {
      return JSON.stringify(await ask(engine, at));
    } finally {
      platform.openFile = openFile;
      await engine.close();
    }
  };
  let last = 0;
  const expected = await answerWith((read) => (last = read));
  const wrong: number[] = [];
  let [right, refused] = [0, 0];
  for (let moment = 0; moment < moments; moment++) {
    const when = Math.round((moment * last) / (moments - 1));
    try {
      const answer = await answerWith((read) => read === when && overwrite(at));
      if (answer === expected) right++;
      else wrong.push(when);
    } catch (error) {
      if (!(error instanceof EngineError) || error.code === 'internal') throw error;
      refused++;
    }
  }
  return { right, refused, wrong };
}

/** The middle of the file becomes zeros. */
function overwrite(path: string): void {
  const { size } = statSync(path);
  const file = openSync(path, 'r+');
  writeSync(file, new Uint8Array(Math.floor(size / 3)), 0, Math.floor(size / 3), Math.floor(size / 3));
  closeSync(file);
}

const text = 'The capital of France is';

/** The questions of `inspect` and of `compare`. */
export const askings = {
  inspect: async (engine: LocalEngine, path: string): Promise<unknown> => {
    await engine.load({ path, threads: 1 });
    return engine.inspect({ text, neighbours: 3, top: 3, layers: true, centred: false });
  },
  compare: async (engine: LocalEngine, path: string, model: string): Promise<unknown> => {
    await engine.load({ path: model, threads: 1 });
    await engine.loadOther({ path });
    return [
      await engine.textInBoth({ text, count: 3 }),
      await engine.positionInBoth({ text, position: 4, count: 3 }),
      await engine.rowsInBoth({ matrix: 'output', count: 3, ids: [1] }),
      await engine.blame({ text, position: 4, by: 'layers', reverse: false }),
    ];
  },
};
