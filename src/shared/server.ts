/** A server that runs a model: where it is, and what may be asked of it. */
export interface ServerRequest {
  /** Its http or https address, with the path of a proxy if there is one: `http://192.168.1.5:8080`. No final slash. */
  readonly address: string;
  /** The user has agreed to plain http at a public address. */
  readonly allowsHttp?: true;
  /** Sent as a bearer token, and never kept, logged or shown. */
  readonly key?: string;
  /** One of the models that it offers; the first if absent. */
  readonly model?: string;
  /**
   * Path of a GGUF file, or of a folder as on Hugging Face, with the matrices of the same model. Without it nothing is
   * known of directions and sizes.
   */
  readonly matrices?: string;
  /**
   * Seconds that it has for its first answer, also while it loads its model; `defaults.serverPatience` if absent. A
   * request that runs may be silent for twice as long.
   */
  readonly patience?: number;
}

/** How the server of a served model is asked. */
export type ServerKind = 'llama.cpp' | 'vLLM' | 'OpenAI';

/**
 * What a server gives for every position of a text, the best first: h after the final norm; the likeliest next tokens
 * with their log-probabilities; or nothing but the tokens.
 */
const served = ['hidden', 'listed', 'tokens'] as const;
export type Served = (typeof served)[number];

/** The server of a loaded model, as far as a person needs to know it. */
export interface ServerInfo {
  /** As the user wrote it. */
  readonly address: string;
  readonly kind: ServerKind;
  /** What the server calls the model. */
  readonly model: string;
  readonly gives: Served;
  /** Tokens that one text may have; null where the server does not say. */
  readonly contextLength: number | null;
  /** c of the soft-capping of logits, and whether outputs have a bias, where the matrices’ file says so. */
  readonly logitCap?: number;
  readonly outputBias?: true;
  /** How the server and the matrices agree; null where there are no matrices or nothing to compare them with. */
  readonly agreement: ServerAgreement | null;
}

/** The probabilities made from the server’s h and the matrices, against the server’s own after one probe text. */
export interface ServerAgreement {
  /** Tokens that were compared. */
  readonly tokens: number;
  /** The largest relative difference of a probability: 0 … */
  readonly largest: number;
}
