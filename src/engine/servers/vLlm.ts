import { array, check, length, literal, nullable, nullish, number, object, pipe, record, string, tuple } from 'valibot';
import type { Control } from '../../shared/engine';
import { said } from '../../shared/said';
import { bytesOfSpelling } from '../tokenizer/byteAlphabet';
import { orLess, ServerFault, wrongAnswer } from './faults';
import type { Http } from './http';
import { checkListed, listedPosition } from './listing';
import type { ListedPosition, ListedRequest, ServerToken, ServerTokensRequest } from './modelServer';
import type { OpenedServer, ServerOpening } from './offered';
import { probeOf, probeText, refusedAsNull } from './probe';
import { askForRows, type ServedRows } from './rows';
import { id, positive } from './schemas';

/**
 * Bytes of tokens from the spellings in the vocabulary, which is all that vLLM tells: of byte-level BPE (`Ġof`), or of
 * SentencePiece (`▁of`, `<0xF0>`). Null unless the bytes give the text again, since nothing else says which it is.
 */
export function bytesOfSpellings(spellings: readonly string[], text: string): readonly (readonly number[])[] | null {
  const whole = latin(new TextEncoder().encode(text));
  for (const read of [bytesOfSpelling, bytesOfPiece]) {
    const bytes = spellings.map((spelling) => [...read(spelling)]);
    // Special tokens may stand around the text, and SentencePiece puts a space before it.
    if (bytes.length > 0 && latin(bytes.flat()).includes(whole)) return bytes;
  }
  return null;
}

function bytesOfPiece(piece: string): Uint8Array {
  const byte = /^<0x([0-9A-F]{2})>$/.exec(piece)?.[1];
  return byte === undefined ? new TextEncoder().encode(piece.replaceAll('▁', ' ')) : Uint8Array.of(parseInt(byte, 16));
}

/** One character for each byte, so that bytes can be searched as a text. */
function latin(bytes: Iterable<number>): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** llama.cpp answers the same path without a count. */
const tokens = object({
  count: number(),
  tokens: array(id),
  max_model_len: nullish(positive),
  token_strs: nullish(array(string())),
});
const byId = pipe(
  record(string(), object({ logprob: number(), decoded_token: nullish(string()) })),
  check((all) => Object.keys(all).every((key) => /^\d{1,8}$/.test(key))),
);
const completion = (count: number) =>
  object({ choices: tuple([object({ prompt_logprobs: pipe(array(nullable(byId)), length(count)) })]) });
const pooled = (count: number) =>
  object({ data: tuple([object({ data: tuple([...Array.from({ length: count }, (_, at) => literal(at))]) })]) });

/** Bytes of one listed token in JSON, and listed tokens of one answer. */
const bytesOfListed = 256;
const mostInAnswer = 2 ** 19;
/** Tokens of the context that `listed` needs beside the text: one after it, and one that is generated. */
const beside = 2;

/**
 * vLLM. A server that generates gives log-probabilities of the prompt (`prompt_logprobs`). One that was started with
 * `--runner pooling --convert embed --pooler-config.task token_embed` gives h by `/pooling` with this task, and
 * generates nothing; older ones, such as 0.28, need no `--pooler-config.task`. The parameter `use_activation: false`
 * leaves out the normalisation; still older ones ignore it, so their vectors of length 1 are not taken for h.
 */
export async function openVLlm(opening: ServerOpening, control: Control = {}): Promise<OpenedServer> {
  const { http, model, kind, address } = opening;
  const client = new VLlm(http, model.name);
  const probe = probeOf(await client.tokenise({ text: probeText, added: false, plain: true }, control));
  const dimensions = await client.dimensions(probe, control);
  const lists = dimensions === null && (await client.lists(probe, control));
  const contextLength = client.contextLength ?? model.contextLength;
  return {
    address,
    kind,
    model: model.name,
    contextLength: contextLength !== null && lists ? Math.max(1, contextLength - beside) : contextLength,
    vocabulary: null,
    dimensions,
    gives: dimensions !== null ? 'hidden' : lists ? 'listed' : 'tokens',
    lists,
    tokenise: (request, control) => client.tokenise(request, control),
    ...(dimensions !== null && { hidden: (ids, control) => client.hidden(ids, dimensions, control) }),
    ...(lists && { listed: (ids, request, control) => client.listed(ids, request, control) }),
  };
}

class VLlm {
  contextLength: number | null = null;
  /** What the server allows, once it refused more. */
  #mostListed = 1000;

  constructor(
    private readonly http: Http,
    private readonly model: string,
  ) {}

  /** Special tokens that the text spells are always read as such; the interface has no choice for it. */
  async tokenise({ text, added }: ServerTokensRequest, control: Control = {}): Promise<readonly ServerToken[]> {
    const body = { model: this.model, prompt: text, add_special_tokens: added, return_token_strs: true };
    const most = 2 ** 20 + 256 * text.length;
    const answer = await this.http.json({ path: '/tokenize', body, most }, tokens, control.signal);
    this.contextLength = answer.max_model_len ?? null;
    const bytes = bytesOfSpellings(answer.token_strs ?? [], text);
    if (bytes && bytes.length !== answer.tokens.length)
      throw wrongAnswer(this.http.host, 'token_strs', bytes.length, answer.tokens.length);
    return answer.tokens.map((id, at) => ({ id, bytes: bytes?.[at] ?? null }));
  }

  /** Numbers of h, or null if the server gives no h. */
  async dimensions(ids: readonly number[], control: Control): Promise<number | null> {
    const rows = await refusedAsNull(this.#rows(ids, null, { ...control, onProgress: () => {} }));
    if (!rows || rows.count !== ids.length) return null;
    this.#checkRows(rows, ids);
    return ids.every((_, at) => isNormalised(row(rows, at))) ? null : rows.dimensions;
  }

  async hidden(ids: readonly number[], dimensions: number, control: Control = {}): Promise<Float32Array> {
    const rows = await this.#rows(ids, dimensions, control);
    this.#checkRows(rows, ids);
    return rows.values;
  }

  #rows(ids: readonly number[], dimensions: number | null, { signal, onProgress }: Control): Promise<ServedRows> {
    const body = {
      model: this.model,
      task: 'token_embed',
      input: ids,
      use_activation: false,
      encoding_format: 'float',
    };
    const onRow = (count: number) => onProgress?.({ stage: 'run', fraction: count / ids.length });
    return askForRows(this.http, { path: '/pooling', body }, { most: ids.length, dimensions, onRow }, signal).catch(
      (error: unknown) => Promise.reject(this.#poolsTexts(error) ?? tooLong(error, ids.length)),
    );
  }

  #poolsTexts(error: unknown): ServerFault | null {
    if (!(error instanceof ServerFault && error.says(/pooling_task via/))) return null;
    return new ServerFault(
      said`${this.http.host} gives one vector for a whole text. Start it with --runner pooling --convert embed --pooler-config.task token_embed to get h for every token.`,
    );
  }

  #checkRows(rows: ServedRows, ids: readonly number[]): void {
    if (rows.count !== ids.length) throw wrongAnswer(this.http.host, 'vectors', rows.count, ids.length);
    this.http.checked({ path: '/pooling' }, rows.rest, pooled(ids.length));
  }

  async lists(ids: readonly number[], control: Control): Promise<boolean> {
    const answer = await refusedAsNull(this.listed(ids, { first: 0, count: 1 }, { ...control, onProgress: () => {} }));
    return answer !== null && answer.every(({ likeliest }) => likeliest.length > 0);
  }

  async listed(
    ids: readonly number[],
    request: ListedRequest,
    control: Control = {},
  ): Promise<readonly ListedPosition[]> {
    checkListed(ids, request);
    const count = Math.min(request.count, this.#mostListed, Math.max(1, Math.floor(mostInAnswer / ids.length)));
    try {
      return await this.#listed(ids, { ...request, count }, control);
    } catch (error) {
      // A server lists 20 tokens unless it is started with --max-logprobs.
      const most = (error instanceof ServerFault && error.numberIn(/max(?:imum)? allowed:? (\d+)/i)) || 0;
      if (most < 1 || most >= count) throw tooLong(error, ids.length);
      this.#mostListed = most;
      return this.#listed(ids, { ...request, count: most }, control);
    }
  }

  /**
   * `prompt_logprobs` has the prediction of each token of the prompt, so one more token after the text shows the
   * prediction at its end. No earlier position sees that token.
   */
  async #listed(ids: readonly number[], { first, count }: ListedRequest, control: Control): Promise<ListedPosition[]> {
    const prompt = [...ids, ids.at(-1)!];
    const body = { model: this.model, prompt, max_tokens: 1, temperature: 0, prompt_logprobs: count };
    const most = 2 ** 20 + prompt.length * (count + 1) * bytesOfListed;
    const schema = completion(prompt.length);
    const answer = await this.http.json({ path: '/v1/completions', body, most }, schema, control.signal);
    const { prompt_logprobs: listed } = answer.choices[0];
    control.onProgress?.({ stage: 'run', fraction: 1 });
    return ids.slice(first).map((_, at) => {
      const predicted = listed[first + at + 1];
      if (!predicted) throw wrongAnswer(this.http.host, `prompt_logprobs[${first + at + 1}]`, said`missing`, '{…}');
      return this.#position(predicted, ids[first + at + 1] ?? null, count);
    });
  }

  /** The likeliest tokens and that of the text, which may be another. */
  #position(
    predicted: Readonly<
      Record<string, { readonly logprob: number; readonly decoded_token?: string | null | undefined }>
    >,
    next: number | null,
    count: number,
  ): ListedPosition {
    const encoder = new TextEncoder();
    const listed = Object.entries(predicted).map(([id, one]) => ({
      id: Number(id),
      bytes: [...encoder.encode(one.decoded_token ?? '')],
      logProbability: one.logprob,
    }));
    const following = next === null ? null : (predicted[next]?.logprob ?? null);
    return listedPosition(listed, following, { count, host: this.http.host });
  }
}

const row = ({ values, dimensions }: ServedRows, at: number): Float32Array =>
  values.subarray(at * dimensions, (at + 1) * dimensions);

/** Length 1 within what 16 bits round. */
const isNormalised = (vector: Float32Array): boolean => Math.abs(Math.hypot(...vector) - 1) < 0.01;

function tooLong(error: unknown, tokens: number): unknown {
  if (!(error instanceof ServerFault)) return error;
  const context = error.numberIn(/maximum (?:context|model) length (?:is |of )?(\d+)/i);
  if (context === null) return error;
  return new ServerFault(
    said`The text has ${tokens} tokens, and the server has room for ${context}. Start it with a larger --max-model-len, ${orLess}`,
  );
}
