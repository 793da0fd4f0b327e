import type { Ablated } from '../shared/ablation';
import type { Control, Engine, Signal } from '../shared/engine';
import { EngineError, outOfRange } from '../shared/errors';
import { readsLayers, readsText } from '../shared/lab';
import { orAborted } from '../shared/signal';
import type { OfRun, TextRequest } from '../shared/tokens';
import { expressionReadsText as readsTextOf } from '../shared/vectors/expression';
import type { VectorRequest } from '../shared/vectors/vector';
import { withAblated } from './analysis/ablatedModel';
import { ablation } from './analysis/ablation';
import { attentionOf } from './analysis/attention';
import { neighboursInBoth } from './analysis/both/neighboursInBoth';
import { rowsInBoth } from './analysis/both/rowsInBoth';
import { tensorChanges } from './analysis/both/tensorChanges';
import { continuation, continuing, continuingThere, sampling, type Continuing } from './analysis/continuation';
import { contrasts } from './analysis/contrasts';
import { cuts } from './analysis/cuts';
import { dimensions } from './analysis/dimensions';
import { divergence } from './analysis/divergence';
import { documentTokens, measureWindow } from './analysis/document';
import { parsed, understand } from './analysis/evaluate';
import { expertsView } from './analysis/experts';
import { headGrid } from './analysis/headGrid';
import { headScores, headView } from './analysis/headView';
import { inspectText } from './analysis/inspect';
import { journeyOf } from './analysis/journey';
import { leaders } from './analysis/leaders';
import { lens } from './analysis/lens';
import { checkCount, checkId, checkPosition } from './analysis/limits';
import { matters } from './analysis/matters';
import { neighboursOf } from './analysis/neighbours';
import { neurons, neuronView } from './analysis/neurons';
import { pattern } from './analysis/pattern';
import { PositionStore, type LoadedModel } from './analysis/positions';
import { predictNext, prediction } from './analysis/prediction';
import { inspectThere, runThere, tokeniseThere } from './analysis/remoteText';
import { hiddenOfText, runText } from './analysis/run';
import { residualVector, scope } from './analysis/scope';
import { steerText, steerCurve } from './analysis/steer';
import { patchText, patchCell } from './analysis/texts/patch';
import { twoPositions, twoTexts } from './analysis/texts/twoTexts';
import { tokenFacts } from './analysis/tokenFacts';
import { cutOf, cutText, tokenise, type CutText } from './analysis/tokenise';
import { tokenizerCheck } from './analysis/tokenizerCheck';
import { ownVector, placedVector } from './analysis/vector';
import { HeldModel, isOnDisk, type Held } from './heldModel';
import { hubCalls } from './hub/hubCalls';
import { runExperiment } from './lab/lab';
import { repeatTokens } from './lab/repeatTokens';
import { startKernels } from './model/compute';
import { contentsOf } from './model/contents';
import { describeFile } from './model/describe';
import { fileHash } from './model/fileHash';
import { machineMemory, type MemoryLimits } from './model/memory';
import type { Model } from './model/model';
import type { BackendSurroundings } from './model/otherBackends';
import { OtherTokenizers } from './model/otherTokenizers';
import type { RemoteModel } from './model/remoteModel';
import { tensorStatistics } from './model/tensorStatistics';
import { otherBackends, type Door } from './otherBackends';
import { HeldOther } from './otherModel';
import { NewestOnly } from './tasks/newestOnly';
import { stopIfAborted } from './tasks/pause';
import { encodeWith } from './tokenizer/encodings';

export interface LocalEngine extends Engine {
  /** h at every position of a text, `positions × dimensions`. It is large, so it is no call that crosses a port. */
  hidden(request: TextRequest, control?: Control): Promise<Float32Array>;
  /** Releases the model. */
  close(): Promise<void>;
}

/**
 * The engine in this thread. It holds one model, and one to compare it with, and runs one request at a time.
 * A new run cancels older ones. `memory` returns the limits; it is called for each model. `doors` are those of the
 * backends beside the kernels.
 */
export function localEngine(
  memory: (freed?: number) => MemoryLimits = machineMemory,
  surroundings: BackendSurroundings = {},
  doors?: readonly Door[],
): LocalEngine {
  const runs = new NewestOnly();
  const labs = new NewestOnly();
  const tokenizers = new OtherTokenizers();
  const backends = otherBackends(surroundings, (signal) => runs.ended(signal), doors);
  const held = new HeldModel(
    () => memory(),
    [startKernels, ...backends.starts],
    async () => void (await Promise.all([runs.stop(), labs.stop(), backends.stop()])),
    () => other.release(),
  );
  const other = new HeldOther(
    held,
    (signal, work) => runs.follow(signal, work),
    () => memory(),
    [startKernels, ...backends.starts],
  );

  /** A question about a run: waits for it, and runs the text where it was not run last. */
  const ofRun =
    <Q extends object, A>(
      needs: 'layers' | 'hidden',
      answer: (loaded: Held<Model>, text: CutText, question: Q, control: Control) => Promise<A>,
    ) =>
    async (request: OfRun & Q, control: Control = {}): Promise<A> => {
      const loaded = await held[needs](control);
      const text = textOf(loaded, request);
      return runs.follow(control.signal, (signal) => answer(loaded, text, request, { ...control, signal }));
    };

  /** The same for what could follow a text, which a server that gives no h may answer too. */
  const whatFollows =
    <Q extends object, A>(
      answer: (model: Continuing, ids: readonly number[], question: Q, control: Control) => Promise<A>,
    ) =>
    async (request: OfRun & Q, control: Control = {}): Promise<A> => {
      const loaded = await held.any(control);
      const model = isOnDisk(loaded) ? continuing(loaded) : continuingThere(loaded.model);
      return runs.follow(control.signal, async (signal) => {
        const own = { ...control, signal };
        const text = await textAnywhere(loaded, request, own);
        return answer(model, text.inspected, request, own);
      });
    };

  /** Runs the text of an expression only if it reads one. */
  const understoodOf = async ({ expression, place }: Pick<VectorRequest, 'expression' | 'place'>, control: Control) => {
    const node = parsed(expression);
    const read = readsTextOf(node) ? place : undefined;
    const loaded = await held[read ? 'hidden' : 'geometry'](control);
    const at = read && { text: textOf(loaded, read.text), position: read.position };
    const work = (signal?: Signal) => understand(loaded, node, at, { ...control, ...(signal && { signal }) });
    return { loaded, understood: await (at ? runs.follow(control.signal, work) : work()) };
  };

  return {
    ...hubCalls,

    async describe({ path, freed }, control = {}) {
      stopIfAborted(control.signal);
      return describeFile(path, memory(freed));
    },

    async contents({ path }, control = {}) {
      stopIfAborted(control.signal);
      return contentsOf(path);
    },

    tensorStatistics: async (request, control = {}) => tensorStatistics(request, control),
    tensorChanges: async (request, control = {}) => tensorChanges(request, control),

    fileHash: async (request, control = {}) =>
      fileHash(request, control, async () => {
        await Promise.all([runs.ended(control.signal), labs.ended(control.signal)]);
      }),

    load: async (request, control = {}) => held.load(request, control),

    async useBackend(request, control = {}) {
      const before = held.current;
      const { model } = await held.geometry(control);
      if (held.current !== before) throw new EngineError('cancelled', 'The model is no longer loaded.');
      return backends.use(model, request, control.signal);
    },

    async tokenise(request, control = {}) {
      const loaded = await held.any(control);
      if (isOnDisk(loaded)) return tokenise(loaded.model, request).tokenisation;
      return (await tokeniseThere(loaded.model, request, control)).tokenisation;
    },

    async renderChat(request, control = {}) {
      const loaded = await held.any(control);
      const { noTemplates, chatRendered } = await import('./chat/chat');
      if (!isOnDisk(loaded)) throw noTemplates();
      return chatRendered(loaded.model, request, control);
    },

    async run(request, control = {}) {
      const loaded = await held.any(control);
      return runs.do(control.signal, async (signal) =>
        isOnDisk(loaded)
          ? runText(loaded, cutText(loaded.model, request), { ...control, signal })
          : runThere(loaded.model, request, { ...control, signal }),
      );
    },

    async documentTokens(request, control = {}) {
      const { model } = await held.hidden(control);
      return documentTokens(model, request);
    },

    async measureWindow(request, control = {}) {
      const loaded = await held.hidden(control);
      return runs.follow(control.signal, (signal) => measureWindow(loaded, request, { ...control, signal }));
    },

    async inspect(request, control = {}) {
      const loaded = await held.any(control);
      if (!isOnDisk(loaded))
        return runs.do(control.signal, (signal) =>
          inspectThere(loaded.model, loaded.info, request, { ...control, signal }),
        );
      const { model, info } = loaded;
      if (request.layers || request.ablated) model.needRunner();
      else if (request.top > 0) model.needPredictions();
      return runs.do(control.signal, async (signal) =>
        whileAblated(
          loaded,
          () => cutText(model, request),
          request.ablated,
          { ...control, signal },
          (changed) => inspectText(changed, info, request, { ...control, signal }),
        ),
      );
    },

    lens: ofRun('layers', (loaded, text, question, control) =>
      whileAblated(
        loaded,
        () => text,
        question.ablated,
        control,
        (changed) => lens(changed, text, question, control),
      ),
    ),
    divergence: ofRun('layers', divergence),
    leaders: ofRun('layers', leaders),
    dimensions: ofRun('layers', dimensions),
    journey: ofRun('layers', journeyOf),
    attention: ofRun('layers', attentionOf),
    headGrid: ofRun('layers', headGrid),
    headView: ofRun('layers', headView),
    headScores: ofRun('layers', headScores),
    neurons: ofRun('layers', neurons),
    experts: ofRun('layers', expertsView),
    neuronView: ofRun('layers', neuronView),
    pattern: ofRun('layers', pattern),
    ablation: ofRun('layers', ablation),
    steer: ofRun('layers', steerText),
    steerCurve: ofRun('layers', steerCurve),
    twoTexts: ofRun('layers', twoTexts),
    twoPositions: ofRun('layers', twoPositions),
    patch: ofRun('layers', patchText),
    patchCell: ofRun('layers', patchCell),
    matters: ofRun('hidden', matters),
    contrasts: ofRun('hidden', (loaded, text, _: object, control) => contrasts(loaded, text, control)),

    async endTexts(_, control = {}) {
      const { otherText } = await held.any(control);
      await runs.follow(control.signal, async () => otherText.end());
    },

    async vector(request, control = {}) {
      const { loaded, understood } = await understoodOf(request, control);
      return ownVector(loaded.model, understood, request, control.signal);
    },

    async prediction(request, control = {}) {
      const loaded = await held.hidden(control);
      const { inspected } = textOf(loaded, request);
      checkPosition(request.position, inspected.length);
      // What was measured waits for nothing: the lens of the text may be under way.
      const known = loaded.positions.known(inspected.slice(0, request.position + 1));
      return known ? predictNext(loaded.model, known.hidden, request) : ofRun('hidden', prediction)(request, control);
    },

    continuation: whatFollows(continuation),

    async sampling(request, control = {}) {
      const loaded = await held.any(control);
      if (!isOnDisk(loaded) || !('run' in request)) return whatFollows(sampling)(request, control);
      const { inspected } = textOf(loaded, request);
      checkPosition(request.position, inspected.length);
      const isKnown = !request.after?.length && loaded.positions.known(inspected.slice(0, request.position + 1));
      return isKnown
        ? sampling(continuing(loaded), inspected, request, control)
        : whatFollows(sampling)(request, control);
    },

    async scope(request, control = {}) {
      const { axis } = request;
      if (axis.kind === 'residual') {
        const loaded = await held.hidden(control);
        const text = textOf(loaded, axis.text);
        const vector = await runs.follow(control.signal, (signal) =>
          residualVector(loaded, text, axis, { ...control, signal }),
        );
        return scope(loaded.model, vector, request, control.signal);
      }
      if (axis.kind === 'vector') {
        const { loaded, understood } = await understoodOf(axis, control);
        const { vector, directions } = await placedVector(loaded.model, understood, request.centred);
        return scope(loaded.model, vector, request, control.signal, directions);
      }
      const { model } = await held.geometry(control);
      checkId(model, axis.id);
      const vector = (axis.side === 'input' ? model.embedding : model.directions.matrix).row(axis.id);
      return scope(model, vector, request, control.signal);
    },

    async lab(request, control = {}) {
      const loaded = await (readsLayers(request.name)
        ? held.layers(control)
        : readsText(request.name)
          ? held.hidden(control)
          : held.geometry(control));
      return labs.do(control.signal, (signal) => {
        const work = (inner: Signal) => runExperiment(loaded, request, { ...control, signal: inner });
        return readsText(request.name) ? runs.follow(signal, work) : work(signal);
      });
    },

    async verifyUntrained(request, control = {}) {
      const { model } = await held.hidden(control);
      return labs.do(control.signal, (signal) =>
        runs.follow(signal, (inner) => repeatTokens(model, request, { ...control, signal: inner })),
      );
    },

    async vocabulary({ first, count }, control = {}) {
      const { model } = await held.geometry(control);
      const end = first + count;
      if (!Number.isInteger(count) || count < 1) throw outOfRange('count', count, 'at least 1');
      checkId(model, first);
      checkId(model, end - 1);
      return model.vocabulary.texts(first, end);
    },

    async neighbours(request, control = {}) {
      const { model } = await held.geometry(control);
      checkId(model, request.id);
      if (request.against !== undefined) checkId(model, request.against);
      checkCount(request.count);
      return neighboursOf(model, request, control.signal);
    },

    async token(id, control = {}) {
      const { model } = await held.geometry(control);
      checkId(model, id);
      return tokenFacts(model, id, control.signal);
    },

    async find(request, control = {}) {
      const { model } = await held.geometry(control);
      checkCount(request.count);
      return model.vocabulary.find(request);
    },

    tokenizerCheck: async (request, control = {}) => tokenizerCheck(tokenizers, request, control),

    async cuts(request, control = {}) {
      const { model, info } = await held.geometry(control);
      return cuts({ model, name: info.name }, tokenizers, request, control);
    },

    async encode({ encoding, text, most }, control = {}) {
      const encoded = await encodeWith(encoding, text);
      stopIfAborted(control.signal);
      return most === undefined ? encoded : { ...encoded, tokens: encoded.tokens.slice(0, most) };
    },

    loadOther: async (request, control = {}) => other.load(request, control),
    scaleOther: async (request, control = {}) => other.scale(request, control),

    releaseOther: () => other.release(),

    // After a cancellation the loaded model may have to be loaded again, which nobody waits for.
    textInBoth: async (request, control = {}) => orAborted(other.text(request, control), control.signal),

    async positionInBoth(request, control = {}) {
      const { inspected } = textOf(await held.layers(control), request);
      checkPosition(request.position, inspected.length);
      checkCount(request.count);
      return other.position(inspected, request, control);
    },

    blame: async (request, control = {}) => other.blame(request, control),

    rowsInBoth: async (request, control = {}) =>
      other.alike(control, (models, own) => rowsInBoth(models, request, own)),

    neighboursInBoth: async (request, control = {}) =>
      other.alike(control, (models, own) => neighboursInBoth(models, request, own)),

    async hidden(request, control = {}) {
      const loaded = await held.hidden(control);
      return runs.follow(control.signal, (signal) =>
        hiddenOfText(loaded, cutText(loaded.model, request), { ...control, signal }),
      );
    },

    close: () => held.release(),
  };
}

/** The text of a run. Throws `EngineError('bad-request')` if its handle is not known. */
const textOf = ({ model, runs }: Held<Model>, request: OfRun): CutText =>
  'run' in request ? runs.text(request.run) : cutText(model, request);

/** The same on any model. A server that is all there is of a model cuts the text itself. */
const textAnywhere = async (
  loaded: Held<Model> | Held<RemoteModel>,
  request: OfRun,
  control: Control,
): Promise<CutText> =>
  isOnDisk(loaded)
    ? textOf(loaded, request)
    : 'run' in request
      ? loaded.runs.text(request.run)
      : cutOf(await tokeniseThere(loaded.model, { ...request, most: 0 }, control));

/** Does work with the model, or with one that leaves out parts. The two share no measurements. */
async function whileAblated<T>(
  loaded: LoadedModel,
  text: () => CutText,
  ablated: Ablated | undefined,
  control: Control,
  work: (loaded: LoadedModel) => Promise<T>,
): Promise<T> {
  if (!ablated || ablated.parts.length === 0) return work(loaded);
  return withAblated(loaded.model, text(), ablated, control, (changed) =>
    work({ ...loaded, model: changed, positions: new PositionStore() }),
  );
}
