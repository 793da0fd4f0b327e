import * as v from 'valibot';
import type { Control } from '../../shared/engine';
import { modelMissing, modelUnsupported } from '../../shared/errors';
import type { HubFilesRequest, HubListing, HubRepository } from '../../shared/hub';
import { ask } from './client';
import { noModels, notTheHubIn, picklesOnly } from './errors';
import { chosen, hasPickles, modelsIn, type HubModel, type HubStoredFile } from './files';
import { HubLine } from './line';
import { checkRepository, hubAt } from './place';
import { repositoryFacts, repositorySchema } from './search';

const mostFiles = 5000;
const longestPath = 500;

const size = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
const entry = v.object({
  type: v.string(),
  path: v.string(),
  size: v.optional(size, 0),
  lfs: v.nullish(v.object({ oid: v.string(), size })),
});

/** A repository at one commit: everything read from it belongs together. */
export interface Repository extends HubRepository {
  /** The commit; `main` where a mirror does not tell. */
  readonly revision: string;
  readonly renamedFrom: string | null;
  /** At least one. */
  readonly models: readonly HubModel[];
}

export async function listHub({ repository, ...place }: HubFilesRequest, control: Control = {}): Promise<HubListing> {
  const { name, renamedFrom, license, gated, models } = await openRepository(
    new HubLine(hubAt(place), control.signal),
    repository,
  );
  return {
    repository: name,
    renamedFrom,
    license,
    gated,
    files: models.map(({ path, kind, name, parts, bytes, quantisation }) => ({
      path,
      kind,
      name,
      parts,
      bytes,
      quantisation,
    })),
  };
}

/** Rejects with an `EngineError` if there is no such repository, or no model in it. */
export async function openRepository(line: HubLine, asked: string): Promise<Repository> {
  checkRepository(asked);
  const page = await ask(line, { repository: asked }, ({ modelInfo }, options) =>
    modelInfo({ ...options, name: asked, additionalFields: ['tags', 'sha'] }),
  );
  const parsed = v.safeParse(repositorySchema, page);
  if (!parsed.success) throw notTheHubIn(line.hub.host, parsed.issues[0]);
  const { sha } = parsed.output;
  const facts = repositoryFacts(parsed.output);
  const name = checkRepository(facts.name);
  const revision = sha ?? 'main';
  const files = await filesOf(line, name, revision);
  const models = modelsIn(name, files);
  if (models.length === 0) throw hasPickles(files) ? picklesOnly(name) : noModels(name);
  return {
    ...facts,
    name,
    revision,
    renamedFrom: name.toLowerCase() === asked.toLowerCase() ? null : asked,
    models,
  };
}

/** The model that a person named. Throws an `EngineError` that lists the names if there is none of this name. */
export function modelOf({ name, models }: Repository, wanted: string | undefined): HubModel {
  const model = chosen(models, wanted);
  if (!model)
    throw modelMissing`${name} has no model file ${(wanted ?? '').slice(0, longestPath)}. It has ${shownNames(models)}.`;
  if (model.missing !== null)
    throw modelMissing`${model.name} is split into ${model.parts} files, and ${name} lacks ${model.missing}. Choose another file.`;
  return model;
}

const mostNames = 8;

function shownNames(models: readonly HubModel[]): string {
  const names = models.map(({ name }) => name);
  const more = names.length - mostNames;
  return more > 0 ? `${names.slice(0, mostNames).join(', ')} and ${more} more` : names.join(', ');
}

async function filesOf(line: HubLine, repository: string, revision: string): Promise<readonly HubStoredFile[]> {
  const listed = await ask(line, { repository }, async ({ listFiles }, options) => {
    const entries: unknown[] = [];
    for await (const one of listFiles({ ...options, repo: repository, revision, recursive: true })) {
      if (entries.push(one) > mostFiles)
        throw modelUnsupported`${repository} has more than ${mostFiles} files. Choose another repository.`;
    }
    return entries;
  });
  const parsed = v.safeParse(v.array(entry), listed);
  if (!parsed.success) throw notTheHubIn(line.hub.host, parsed.issues[0]);
  return parsed.output
    .filter(({ type, path }) => type === 'file' && isPlain(path))
    .map(({ path, size: bytes, lfs }) => ({
      path,
      bytes: lfs?.size ?? bytes,
      sha256: lfs && /^[0-9a-f]{64}$/.test(lfs.oid) ? lfs.oid : null,
    }));
}

/** Windows gives these names to devices, whatever follows the dot. */
const ofDevice = /^(con|prn|aux|nul|(com|lpt)\d)(\.|$)/i;

/** A path below a folder, in any file system. Others are left out: no model has such a name. */
const isPlain = (path: string): boolean =>
  path.length <= longestPath &&
  // oxlint-disable-next-line no-control-regex
  !/[\\:*?"<>|\x00-\x1f\x7f]/.test(path) &&
  path
    .split('/')
    .every((part) => part !== '' && part !== '.' && part !== '..' && !/[. ]$/.test(part) && !ofDevice.test(part));
