import type { LocalEngine } from '../../../src/engine/localEngine';
import { mostDrawn, runView, textView } from '../../../src/extension/inspection/views';
import { defaultOptions } from '../../../src/page/link';
import type { Recorded } from '../../../src/page/recorded';
import { sample } from '../../../src/page/recorded';
import { defaultModel } from '../../../src/shared/defaultModel';

/** The sample as the page shows it before the model is there: inspected by the default model, loaded from a path. */
export async function recordedSample(engine: LocalEngine, path: string): Promise<Recorded> {
  const { bytes, sha256, path: ours } = defaultModel;
  // What depends on the machine is left out.
  const { kernels: _, vectorBits: __, ...model } = await engine.load({ path, sha256 });
  const { plain, limit, centred, neighbours: count, top } = defaultOptions;
  const request = { text: sample, plain, limit };
  const text = textView(await engine.tokenise({ ...request, most: mostDrawn }), request);
  const run = await engine.run(request);
  const contrasts = await engine.contrasts({ run: run.handle ?? '' });
  const position = contrasts.kind === 'part' ? (contrasts.examples[0]?.position ?? 0) : 0;
  const id = text.tokens[position]?.id ?? 0;
  const recorded: Recorded = {
    model: { ...model, threads: 1, checks: [], files: [{ path: ours, bytes, sha256 }] },
    ...{ text, run: runView(run), position, contrasts },
    token: await engine.token(id),
    neighbours: await engine.neighbours({ id, centred, count }),
    prediction: await engine.prediction({ run: run.handle ?? '', position, count: top }),
  };
  return JSON.parse(JSON.stringify(recorded)) as Recorded;
}
