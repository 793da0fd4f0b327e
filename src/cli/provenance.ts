import { chosenOf } from '../shared/chosen';
import type { Engine, ModelInfo } from '../shared/engine';
import { inspectedModel } from '../shared/inspection';
import type { LabRequest } from '../shared/lab';
import type { FileOfModel } from '../shared/model';
import { notKnown, provenanceOf, type Provenance } from '../shared/provenance';
import { aloud } from './aloud';
import { sayer, version, type Io } from './program';

/**
 * The block of `--json`. A command has no store for hashes, so it computes them here. What computes the layers does not
 * change while a command runs.
 */
export async function madeWith(
  io: Io,
  engine: Engine,
  { model, other }: { readonly model: ModelInfo; readonly other?: ModelInfo },
  settings: Parameters<typeof provenanceOf>[2] = {},
): Promise<{ readonly provenance: Provenance }> {
  const found = new Map<FileOfModel, string>();
  await aloud('Computing the SHA-256 of the model.', sayer(io), async () => {
    for (const file of [...(model.files ?? []), ...(other?.files ?? [])])
      if (file.sha256 === undefined) found.set(file, await engine.fileHash(file).catch(() => notKnown));
  });
  const hashOf = (file: FileOfModel) => found.get(file) ?? notKnown;
  const backend = model.vectorBits ? 'wasm' : 'onnx';
  return { provenance: provenanceOf({ version, hashOf }, { model, other, backend }, settings) };
}

/** The result of an experiment as one line of JSON. Its text is among the options, but not in the provenance. */
export async function experimentJson(
  io: Io,
  engine: Engine,
  model: ModelInfo,
  { name, options, ...found }: Pick<LabRequest, 'name' | 'options'> & { readonly result: object },
): Promise<string> {
  const { server } = inspectedModel(model);
  const asked = Object.fromEntries(Object.entries(options).filter(([option]) => option !== 'text'));
  const made = await madeWith(io, engine, { model }, { chosen: chosenOf({ [name]: asked }) });
  return `${JSON.stringify({ name, model: model.name, ...(server && { server }), options, ...found, ...made })}\n`;
}

/** What a text was cut into. */
export const idsOf = (tokens: readonly { readonly id: number }[]) => ({ ids: tokens.map(({ id }) => id) });
