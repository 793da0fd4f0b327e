import type { Engine, ModelInfo } from '../shared/engine';
import type { FileOfModel } from '../shared/model';
import { notKnown, provenanceOf, type Provenance, type Settings } from '../shared/provenance';
import { aloud } from './aloud';
import { sayer, version, type Io } from './program';

/**
 * The block of `--json`. A command has no store for hashes, so it computes them here. What computes the layers does not
 * change while a command runs.
 */
export async function madeWith(
  io: Io,
  engine: Engine,
  models: readonly [ModelInfo, ModelInfo?],
  settings: Settings = {},
): Promise<{ readonly provenance: Provenance }> {
  const files = models.flatMap((model) => model?.files ?? []).filter(({ sha256 }) => sha256 === undefined);
  const found = new Map<FileOfModel, string>();
  await aloud('Computing the SHA-256 of the model.', sayer(io), async () => {
    for (const file of files) found.set(file, await engine.fileHash(file));
  });
  const hashOf = (file: FileOfModel) => found.get(file) ?? notKnown;
  const backend = models[0].vectorBits ? 'wasm' : 'onnx';
  return { provenance: provenanceOf({ version, hashOf }, models, { backend, ...settings }) };
}

/** What a text was cut into. */
export const idsOf = (tokens: readonly { readonly id: number }[]): Pick<Settings, 'ids'> => ({
  ids: tokens.map(({ id }) => id),
});
