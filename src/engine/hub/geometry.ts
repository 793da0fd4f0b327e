import { platform } from '#platform';
import { join } from 'node:path';
import type { Control } from '../../shared/engine';
import type { HubFetchRequest, HubGeometry } from '../../shared/hub';
import { ChangedOnHub } from './errors';
import { folderNameOf, jobOf } from './job';
import { HubLine } from './line';
import { hubAt } from './place';
import { geometryBytes, carryOut, keepPlan, planBefore } from './plan';
import { reporter } from './progress';
import { modelOf, openRepository } from './repository';

const planName = 'plan.part';
const partName = 'geometry.part';

/**
 * Reads the geometry of a model on the Hub by ranges into a small model of its own: the same tokenizer and keys, and
 * only the tensors that a load of the geometry reads. It lies in a folder named after the hash of its source, where an
 * interrupted attempt continues. `silence` is the longest wait for a byte, milliseconds.
 */
export async function fetchGeometry(
  { file: wanted, folder, repository: asked, ...place }: HubFetchRequest,
  control: Control = {},
  silence?: number,
): Promise<HubGeometry> {
  const line = new HubLine(hubAt(place), control.signal, silence);
  const repository = await openRepository(line, asked);
  const model = modelOf(repository, wanted);
  const { source, output, prepare } = await jobOf(line, repository, model);
  const own = await folderNameOf(line.hub.address, repository, model, source);
  // The folder of a model is named after it, since the panel names the model so.
  const store = platform.folderStore(model.kind === 'gguf' ? join(folder, own) : join(folder, own, model.name));
  const answer = (): HubGeometry => ({
    path: store.pathOf(model.kind === 'gguf' ? output : ''),
    repository: repository.name,
    file: model.path,
    bytesRead: line.received,
    bytesOfFile: source.bytes,
  });
  if ((await store.length(output)) !== null) return answer();
  const scratch = [planName, partName];
  const clear = async () => {
    for (const name of scratch) await store.remove(name);
  };
  try {
    const prepared = await prepare(store, () => control.onProgress?.({ stage: 'header', fraction: 0 }));
    scratch.push(...prepared.scratch);
    let plan = await planBefore(store, planName, partName, prepared.files);
    if (!plan) {
      const made = await prepared.plan();
      ({ plan } = made);
      await store.write(partName, 0, made.header);
      await keepPlan(store, planName, plan);
    }
    await carryOut(plan, prepared.files, store, partName, reporter(control.onProgress, geometryBytes(plan)));
    for (const file of prepared.opened) await file.checkUnchanged();
    await store.finish(partName, output);
  } catch (error) {
    if (error instanceof ChangedOnHub) await clear();
    throw error;
  }
  await clear();
  return answer();
}
