import {
  bothOf,
  type Both,
  type OtherModel,
  type OtherRequest,
  type OtherRuns,
  type PositionInBoth,
  type TextInBoth,
  type TextInBothRequest,
} from '../shared/both';
import type { Control } from '../shared/engine';
import { badRequest } from '../shared/errors';
import { cutsOf, keptOf, textInBoth, textInTurn, within } from './analysis/both/textInBoth';
import { sameBytes } from './arrays/bytes';
import type { HeldModel } from './heldModel';
import type { StartCompute } from './model/compute';
import { describeFile } from './model/describe';
import { loadModel } from './model/load';
import type { MemoryLimits } from './model/memory';
import type { Model } from './model/model';
import { NewestOnly } from './tasks/newestOnly';

/** A pair that is there, and what is kept of texts that two models ran in turn. */
interface Pair {
  readonly request: OtherRequest;
  readonly models: Both<Model>;
  readonly said: OtherModel;
}

/** The model B beside the loaded one, A. */
export class HeldOther {
  readonly #loads = new NewestOnly();
  #pair: Pair | undefined;
  /** The last text that the two ran in turn. */
  #inTurn: { readonly ids: readonly number[]; readonly positions: readonly PositionInBoth[] } | undefined;

  constructor(
    private readonly held: HeldModel,
    private readonly memory: (freed?: number) => MemoryLimits,
    private readonly computes: readonly StartCompute[],
  ) {}

  /** A failure leaves A as it is, and the B that was there is released. */
  load(a: Model, request: OtherRequest, control: Control): Promise<OtherModel> {
    return this.#loads.do(control.signal, async (signal) => {
      await this.#release();
      const { runs, refusal } = this.#planned(a, request);
      const { model, info } = await loadModel(
        { ...request, threads: a.threads, ...(runs !== 'together' && { geometryOnly: true }) },
        signal,
        (progress) => control.onProgress?.(progress),
        this.memory(),
        this.computes,
      );
      const models = [a, model] as const;
      const widths = bothOf((side) => models[side].embedding.dimensions);
      const said = { info, runs, refusal, sameVocabulary: areAlike(models), sameWidth: widths[0] === widths[1] };
      this.#pair = { request, models, said };
      return said;
    });
  }

  #planned(a: Model, request: OtherRequest): { readonly runs: OtherRuns; readonly refusal: string | null } {
    if (!a.runner)
      return {
        runs: 'none',
        refusal: 'The layers of the loaded model are not here, so only the matrices are compared.',
      };
    const beside = describeFile(request.path, this.memory());
    if (beside.memory.run !== null) return { runs: 'together', refusal: null };
    const path = this.held.path;
    const freed = (path === undefined ? null : describeFile(path, this.memory()).memory.run) ?? a.weights.fileBytes;
    const alone = describeFile(request.path, this.memory(freed));
    return alone.memory.run !== null ? { runs: 'inTurn', refusal: null } : { runs: 'none', refusal: alone.refusal };
  }

  /** Throws `EngineError('bad-request')` if there is no B, or none beside this A. */
  models(a: Model): Both<Model> {
    return this.#beside(a).models;
  }

  /** The same for questions about tokens, which need one vocabulary. */
  alike(a: Model): Both<Model> {
    const { models, said } = this.#beside(a);
    if (!said.sameVocabulary)
      throw badRequest('The two models have different vocabularies, so their tokens cannot be compared one by one.');
    return models;
  }

  /** Whether both are in memory, or the loaded one has to make room. */
  areInTurn(a: Model): boolean {
    const { said } = this.#beside(a);
    if (said.runs === 'none') throw badRequest(said.refusal ?? 'The layers of one of the two models are not here.');
    return said.runs === 'inTurn';
  }

  #beside(a: Model): Pair {
    const pair = this.#pair;
    if (!pair) throw badRequest('There is no second model to compare with; choose one first.');
    return a === pair.models[0] ? pair : { ...pair, models: [a, pair.models[1]] };
  }

  together(a: Model, request: TextInBothRequest, control: Control): Promise<TextInBoth> {
    const { models, said } = this.#beside(a);
    return textInBoth(models, request, said.sameVocabulary, control);
  }

  /** Runs A, then B in its place, and loads A again. */
  async inTurn(a: Model, request: TextInBothRequest, run: RunText, control: Control): Promise<TextInBoth> {
    const { request: other, models, said } = this.#beside(a);
    const cuts = cutsOf(models, request);
    const kept = await run((signal) => keptOf(a, cuts[0], { ...within(control, 0, 0.3), signal }));
    return this.held.lend(async () => {
      const loading = within(control, 0.3, 0.7);
      const { model } = await loadModel(
        { ...other, threads: a.threads },
        control.signal,
        (progress) => loading.onProgress?.(progress),
        this.memory(),
        this.computes,
      );
      try {
        const { sameVocabulary } = said;
        const found = await textInTurn(
          kept,
          model,
          cuts,
          { count: request.count, sameVocabulary },
          within(control, 0.7, 1),
        );
        this.#inTurn = { ids: kept.ids, positions: found.positions };
        return found.text;
      } finally {
        await model.release();
      }
    });
  }

  /** Of the last text that was run in turn. Throws `EngineError('bad-request')` for another. */
  positionInTurn(ids: readonly number[], position: number): PositionInBoth {
    const { ids: known, positions } = this.#inTurn ?? { ids: [], positions: [] };
    const found = known.every((id, i) => id === ids[i]) ? positions[position] : undefined;
    if (found) return found;
    throw badRequest('The two models do not fit into memory together: compare the text first.');
  }

  /** Cancels a load that is under way, and releases B. */
  async release(): Promise<void> {
    await this.#loads.stop();
    await this.#release();
  }

  async #release(): Promise<void> {
    const pair = this.#pair;
    [this.#pair, this.#inTurn] = [undefined, undefined];
    await pair?.models[1].release();
  }
}

/** Does work on A after what is under way. */
type RunText = <T>(work: (signal: NonNullable<Control['signal']>) => Promise<T>) => Promise<T>;

/** Whether every id is the same token in both. */
function areAlike([{ vocabulary: a }, { vocabulary: b }]: Both<Model>): boolean {
  if (a.length !== b.length) return false;
  for (let id = 0; id < a.length; id++) if (!sameBytes(a.tokenizer.bytesOf(id), b.tokenizer.bytesOf(id))) return false;
  return true;
}
