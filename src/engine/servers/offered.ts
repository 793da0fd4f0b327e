import { array, maxLength, minLength, nullish, object, pipe, string } from 'valibot';
import type { Signal } from '../../shared/engine';
import type { SaidValue } from '../../shared/said';
import { said } from '../../shared/said';
import type { ServerKind } from '../../shared/server';
import { ServerFault } from './faults';
import type { Http } from './http';
import type { ModelServer } from './modelServer';
import { positive } from './schemas';

/** A model as `/v1/models` describes it. llama.cpp, vLLM and OpenAI's own interface all have this list. */
export interface OfferedModel {
  readonly name: string;
  readonly owner: string;
  readonly contextLength: number | null;
  readonly dimensions: number | null;
  readonly vocabulary: number | null;
}

/** What the client of any kind of server needs to start. */
export interface ServerOpening {
  readonly http: Http;
  readonly model: OfferedModel;
  readonly kind: ServerKind;
  /** As the user wrote it. */
  readonly address: string;
}

/** A client of one kind of server. `connect` adds the check. */
export type OpenedServer = Omit<ModelServer, 'check'>;

const models = object({
  data: pipe(
    array(
      object({
        id: pipe(string(), minLength(1), maxLength(500)),
        owned_by: nullish(string()),
        max_model_len: nullish(positive),
        meta: nullish(object({ n_vocab: nullish(positive), n_ctx: nullish(positive), n_embd: nullish(positive) })),
      }),
    ),
    maxLength(10_000),
  ),
});

export async function offeredModel(http: Http, name: string | undefined, signal?: Signal): Promise<OfferedModel> {
  const { data } = await http.json({ path: '/v1/models', most: 2 ** 23 }, models, signal);
  const found = name === undefined ? data[0] : data.find(({ id }) => id === name);
  if (!found) {
    if (data.length === 0) throw new ServerFault(said`The server at ${http.host} offers no model. Load one there.`);
    throw new ServerFault(
      said`The server at ${http.host} has no model ${shown(name ?? '')}. It offers ${listOf(data)}.`,
    );
  }
  return {
    name: found.id,
    owner: found.owned_by ?? '',
    contextLength: found.max_model_len ?? found.meta?.n_ctx ?? null,
    dimensions: found.meta?.n_embd ?? null,
    vocabulary: found.meta?.n_vocab ?? null,
  };
}

const mostNamed = 5;

function listOf(models: readonly { readonly id: string }[]): SaidValue {
  const names = models.slice(0, mostNamed).map(({ id }) => shown(id));
  return models.length > mostNamed ? said`${names.join(', ')} and ${models.length - mostNamed} more` : names.join(', ');
}

const shown = (name: string): string => `“${name.length > 60 ? `${name.slice(0, 59)}…` : name}”`;
