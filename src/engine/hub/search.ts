import * as v from 'valibot';
import type { Control } from '../../shared/engine';
import type { HubRepository, HubSearchRequest } from '../../shared/hub';
import { ask } from './client';
import { notTheHubIn } from './errors';
import { HubLine } from './line';
import { checkRepository, hubAt } from './place';

const mostFound = 50;
const longestQuery = 200;

const tags = v.nullish(v.pipe(v.array(v.pipe(v.string(), v.maxLength(1000))), v.maxLength(5000)));
const gated = v.nullish(v.union([v.boolean(), v.picklist(['auto', 'manual'])]));
const entry = v.object({ name: v.string(), downloads: v.nullish(v.number()), gated, tags });

/** Facts about a repository that its list entry and its page share. */
export const repositorySchema = v.object({ ...entry.entries, sha: v.nullish(v.pipe(v.string(), v.hexadecimal())) });

/** Repositories whose name contains the query, the most downloaded first. */
export async function searchHub(
  { query, ...place }: HubSearchRequest,
  { signal }: Control = {},
): Promise<readonly HubRepository[]> {
  const line = new HubLine(hubAt(place), signal);
  const found = await ask(line, {}, async ({ listModels }, options) => {
    const entries: unknown[] = [];
    const listed = listModels({
      ...options,
      search: { query: query.trim().slice(0, longestQuery) },
      additionalFields: ['tags'],
      sort: 'downloads',
      limit: mostFound,
    });
    for await (const one of listed) entries.push(one);
    return entries;
  });
  const parsed = v.safeParse(v.array(entry), found);
  if (!parsed.success) throw notTheHubIn(line.hub.host, parsed.issues[0]);
  return parsed.output.filter(({ name }) => isRepository(name)).map(repositoryFacts);
}

export const repositoryFacts = ({ name, downloads, gated, tags }: v.InferOutput<typeof entry>): HubRepository => ({
  name,
  downloads: downloads ?? 0,
  license: licenseOf(tags ?? []),
  gated: gated !== undefined && gated !== null && gated !== false,
});

function isRepository(name: string): boolean {
  try {
    return checkRepository(name) === name;
  } catch {
    // Repositories of the Hub's first days have no owner; none holds a model of today.
    return false;
  }
}

const licenseOf = (tags: readonly string[]): string | null =>
  tags
    .find((tag) => tag.startsWith('license:'))
    ?.slice('license:'.length)
    .slice(0, 60) ?? null;
