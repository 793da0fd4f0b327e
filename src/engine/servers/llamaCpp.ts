import { array, literal, nullish, number, object, string, strictTuple, tuple, union } from 'valibot';
import type { Control, Signal } from '../../shared/engine';
import { said } from '../../shared/said';
import { orLess, ServerFault, wrongAnswer } from './faults';
import type { Http } from './http';
import { checkListed, listedPosition } from './listing';
import type { ListedPosition, ListedRequest, ServerToken, ServerTokensRequest } from './modelServer';
import type { OfferedModel, OpenedServer, ServerOpening } from './offered';
import { probeText, probeOf, refusedAsNull } from './probe';
import { askForRows, type ServedRows } from './rows';
import { byte, id, positive } from './schemas';

const props = object({ default_generation_settings: nullish(object({ n_ctx: nullish(positive) })) });
const tokens = object({ tokens: array(object({ id, piece: union([string(), array(byte)]) })) });
const rowsOf = (count: number) => strictTuple([object({ embedding: strictTuple(upTo(count)) })]);
const completion = object({
  /** Absent while the sampled token is only a part of a character. */
  completion_probabilities: nullish(
    tuple([
      object({
        id,
        logprob: number(),
        top_logprobs: array(object({ id, bytes: array(byte), logprob: number() })),
      }),
    ]),
  ),
});
const upTo = (count: number) => Array.from({ length: count }, (_, place) => literal(place));

/** Far above every logit, and exact in float32. */
const certain = 1e6;

/**
 * llama-server of llama.cpp, as build 11434 answers. `/embeddings` gives h if the server was started with
 * `--embeddings --pooling none`; `/completion` gives log-probabilities in any case.
 */
export async function openLlamaCpp(opening: ServerOpening, control: Control = {}): Promise<OpenedServer> {
  const { http, model, kind, address } = opening;
  const client = new LlamaCpp(http, model);
  const contextLength = await client.contextLength(control);
  const ids = probeOf(await client.tokenise({ text: probeText, added: false, plain: true }, control));
  client.whole = ids[0];
  const dimensions = await client.dimensions(ids, control);
  const lists = await client.lists(ids, control);
  const { vocabulary } = model;
  return {
    address,
    kind,
    model: model.name,
    contextLength: contextLength ?? model.contextLength,
    vocabulary,
    dimensions: dimensions ?? model.dimensions,
    gives: dimensions !== null ? 'hidden' : lists ? 'listed' : 'tokens',
    lists,
    tokenise: (request, control) => client.tokenise(request, control),
    ...(dimensions !== null && { hidden: (ids, control) => client.hidden(ids, dimensions, control) }),
    ...(lists && { listed: (ids, request, control) => client.listed(ids, request, control) }),
  };
}

class LlamaCpp {
  /** A token of whole characters. */
  whole: number | null = null;
  readonly #model: { readonly model: string };

  constructor(
    private readonly http: Http,
    private readonly offered: OfferedModel,
  ) {
    this.#model = { model: offered.name };
  }

  /** The context of one slot, since a text runs in one slot. */
  async contextLength({ signal }: Control): Promise<number | null> {
    // A server with one model ignores the name; one that starts models on demand needs it.
    const path = `/props?model=${encodeURIComponent(this.offered.name)}`;
    const answer = await this.http.json({ path }, props, signal);
    return answer.default_generation_settings?.n_ctx ?? null;
  }

  async tokenise({ text, added, plain }: ServerTokensRequest, control: Control = {}): Promise<readonly ServerToken[]> {
    const body = { ...this.#model, content: text, with_pieces: true, add_special: added, parse_special: !plain };
    const most = 2 ** 20 + 256 * text.length;
    const answer = await this.http.json({ path: '/tokenize', body, most }, tokens, control.signal);
    this.#checkIds(answer.tokens.map(({ id }) => id));
    const encoder = new TextEncoder();
    return answer.tokens.map(({ id, piece }) => ({
      id,
      bytes: typeof piece === 'string' ? [...encoder.encode(piece)] : piece,
    }));
  }

  /** Numbers of h, or null if the server gives no h: it does not embed, or makes one vector of a whole text. */
  async dimensions(ids: readonly number[], control: Control): Promise<number | null> {
    const rows = await refusedAsNull(this.#rows(ids, null, { ...control, onProgress: () => {} }));
    if (!rows || rows.count !== ids.length) return null;
    this.#checkRows(rows, ids);
    const { dimensions } = this.offered;
    // A model that projects its output gives other vectors than h.
    return dimensions === null || dimensions === rows.dimensions ? rows.dimensions : null;
  }

  async hidden(ids: readonly number[], dimensions: number, control: Control = {}): Promise<Float32Array> {
    const rows = await this.#rows(ids, dimensions, control);
    this.#checkRows(rows, ids);
    return rows.values;
  }

  #rows(ids: readonly number[], dimensions: number | null, { signal, onProgress }: Control): Promise<ServedRows> {
    const body = { ...this.#model, content: ids };
    const onRow = (count: number) => onProgress?.({ stage: 'run', fraction: count / ids.length });
    const rows = askForRows(this.http, { path: '/embeddings', body }, { most: ids.length, dimensions, onRow }, signal);
    return rows.catch((error: unknown) => Promise.reject(tooLong(error, ids.length)));
  }

  #checkRows(rows: ServedRows, ids: readonly number[]): void {
    if (rows.count !== ids.length) throw wrongAnswer(this.http.host, 'vectors', rows.count, ids.length);
    this.http.checked({ path: '/embeddings' }, rows.rest, rowsOf(ids.length));
  }

  async lists(ids: readonly number[], control: Control): Promise<boolean> {
    const answer = refusedAsNull(this.#after(ids, null, 1, control));
    return ((await answer)?.likeliest.length ?? 0) > 0;
  }

  /** Asks once for each position. The server keeps the tokens before it, so each costs one step of the model. */
  async listed(
    ids: readonly number[],
    request: ListedRequest,
    control: Control = {},
  ): Promise<readonly ListedPosition[]> {
    checkListed(ids, request);
    const positions: ListedPosition[] = [];
    for (let at = request.first; at < ids.length; at++) {
      positions.push(await this.#after(ids.slice(0, at + 1), ids[at + 1] ?? null, request.count, control));
      control.onProgress?.({ stage: 'run', fraction: positions.length / (ids.length - request.first) });
    }
    return positions;
  }

  /**
   * The log-probabilities are those of the plain softmax, before any sampling. They are listed for the likeliest tokens
   * and for the sampled one; a bias that leaves no choice makes the token that follows in the text the sampled one. The
   * server lists nothing if that is only a part of a character: it is asked again for a whole one.
   */
  async #after(
    ids: readonly number[],
    next: number | null,
    count: number,
    { signal }: Control,
  ): Promise<ListedPosition> {
    const answer =
      (await this.#sampled(ids, next, count, signal)) ?? (await this.#sampled(ids, this.whole, count, signal));
    if (!answer) throw wrongAnswer(this.http.host, 'completion_probabilities', 0, '≥ 1');
    const [sampled] = answer;
    const listed = sampled.top_logprobs.map(({ logprob, ...token }) => ({ ...token, logProbability: logprob }));
    this.#checkIds(listed.map(({ id }) => id));
    const { host } = this.http;
    return listedPosition(listed, next !== null && sampled.id === next ? sampled.logprob : null, { count, host });
  }

  async #sampled(ids: readonly number[], forced: number | null, count: number, signal: Signal | undefined) {
    const body = {
      ...this.#model,
      prompt: ids,
      n_predict: 1,
      n_probs: count,
      temperature: 0,
      post_sampling_probs: false,
      cache_prompt: true,
      ...(forced !== null && { logit_bias: [[forced, certain]] }),
      response_fields: ['completion_probabilities'],
    };
    const most = 2 ** 20 + 4096 * count;
    const answer = await this.http
      .json({ path: '/completion', body, most }, completion, signal)
      .catch((error: unknown) => Promise.reject(tooLong(error, ids.length)));
    return answer.completion_probabilities ?? null;
  }

  #checkIds(ids: readonly number[]): void {
    const { vocabulary } = this.offered;
    const wrong = vocabulary === null ? undefined : ids.find((one) => one >= vocabulary);
    if (wrong !== undefined) throw wrongAnswer(this.http.host, 'id', wrong, `< ${vocabulary}`);
  }
}

/** Says what to do about a text that is too long for the server. */
function tooLong(error: unknown, tokens: number): unknown {
  if (!(error instanceof ServerFault)) return error;
  const batch = error.numberIn(/too large to process.*batch size: (\d+)/);
  if (batch !== null) {
    const enough = Math.max(2048, 2 ** Math.ceil(Math.log2(tokens)));
    return new ServerFault(
      said`The text has ${tokens} tokens, and the server takes ${batch} in one batch. Start it with -ub ${enough} -b ${enough}, ${orLess}`,
    );
  }
  const context = error.numberIn(/context size \((\d+) tokens\)/);
  if (context === null) return error;
  return new ServerFault(
    said`The text has ${tokens} tokens, and the server has room for ${context}. Start it with a larger context (-c), ${orLess}`,
  );
}
