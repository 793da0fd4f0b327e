import { basename } from 'node:path';
import type { ModelInfo } from '../../shared/model';
import { modelNameOf } from '../../shared/modelName';
import { verbatim } from '../../shared/said';
import type { NamedToken } from '../../shared/tokens';
import type { ModelServer } from '../servers/modelServer';
import type { Encoding } from '../tokenizer/tokenizer';
import { textOfUtf8 } from '../tokenizer/utf8';

/** A text as one encoding, which begins with `added` tokens of the model. */
export interface ServedCut extends Encoding {
  readonly added: number;
}

/** A model that exists only on a server, which gives its tokens and lists the likeliest next ones. */
export class RemoteModel {
  /** The last text and its tokens, so that later questions about it need not send it again. */
  lastCut: { readonly text: string; readonly plain: boolean; readonly cut: ServedCut } | null = null;
  /** Bytes of the tokens seen so far. */
  readonly #bytes = new Map<number, readonly number[]>();

  constructor(
    readonly server: ModelServer,
    private readonly name: string | undefined,
  ) {}

  /** Tokens in the vocabulary; null if the server does not say. */
  get size(): number | null {
    return this.server.vocabulary;
  }

  /** Remembers the bytes if they are given. */
  token(id: number, bytes?: readonly number[]): NamedToken {
    if (bytes) this.#bytes.set(id, bytes);
    const known = this.#bytes.get(id) ?? [];
    return {
      id,
      text: textOfUtf8(Uint8Array.from(known)),
      bytes: known,
      special: known.length === 0,
      size: null,
      percentile: null,
    };
  }

  async release(): Promise<void> {}

  describe(): ModelInfo {
    const { address, kind, model, gives, contextLength, dimensions, vocabulary } = this.server;
    return {
      name: this.name ?? modelNameOf(basename(model)),
      architecture: '',
      quantisation: '',
      fileBytes: 0,
      dimensions: dimensions ?? 0,
      vocabulary: vocabulary ?? 0,
      tokenizer: verbatim(''),
      trunk: null,
      server: { address, kind, model, gives, contextLength, agreement: null },
      tied: true,
      threads: 1,
      sizes: null,
      outputSizes: null,
      checks: [],
      notices: [],
    };
  }
}
