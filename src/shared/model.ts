import type { Said } from './said';
import type { ServerInfo, ServerRequest } from './server';
import type { VocabularyToken } from './tokens';

export interface DescribeRequest {
  /** Path of a GGUF file, or of a folder as on Hugging Face. */
  readonly path: string;
  /** Bytes that another process will have given back before the model is loaded; they count as free. */
  readonly freed?: number;
}

/** What the header of a model file says. Nothing here was compared with the weights. */
export interface ModelSummary {
  /** Family, as the file spells it: `llama`. */
  readonly architecture: string;
  /** Numbers in all tensors. */
  readonly parameters: number;
  /** The type of the weights as the file names it, `Q4_K_M`; that of most of them if it names none or another. */
  readonly quantisation: string;
  /** The type that the file names, if most weights have another one. */
  readonly named?: string;
  /** The types of the matrices, the largest share first; absent if all have the one that `quantisation` names. */
  readonly mix?: readonly WeightShare[];
  /** Whether embedding and unembedding are the same matrix; null where only comparing their numbers would tell. */
  readonly tied: boolean | null;
  /** Tokens; null where the file does not say. */
  readonly contextLength: number | null;
  readonly fileBytes: number;
  /** As the file names it, one line; null where it does not. */
  readonly license: string | null;
  /** Bytes that each way of loading it takes, estimated from the header; null where that way is not open. */
  readonly memory: { readonly run: number | null; readonly geometry: number | null };
  /** The most that can be done with it here, by the header and the memory that is free. */
  readonly verdict: 'runs' | 'geometry' | 'nothing';
  /** Why it cannot be run, a whole sentence; null where it can. */
  readonly refusal: Said | null;
  /** The model on the Hub of which this is the geometry; absent for a model of its own. */
  readonly source?: ModelSource;
}

/** A type of weights, and its share of the numbers in all matrices: 0 … 1. */
export interface WeightShare {
  readonly type: string;
  readonly share: number;
}

/** A model on the Hub of which only the geometry was read. */
export interface ModelSource {
  readonly repository: string;
  /** Path in the repository; of the first part if there are several. */
  readonly file: string;
  /** Of the whole model. */
  readonly bytes: number;
}

/** A file that a model was read from, as it was then. */
export interface FileOfModel {
  readonly path: string;
  readonly bytes: number;
  /** When it was last changed, milliseconds since 1970; absent in a browser, where the bytes are in memory. */
  readonly changed?: number;
  /** Present if the load compared it. Lower-case hex. */
  readonly sha256?: string;
}

export interface LoadRequest {
  /** Path of a GGUF file, or of a folder as on Hugging Face; the address of the server if one runs the model. */
  readonly path: string;
  readonly server?: ServerRequest;
  /** Reads the tokenizer and the two matrices alone: sizes and neighbours, of any family, without predictions. */
  readonly geometryOnly?: boolean;
  /** The model's name, if its file has a meaningless one. */
  readonly name?: string;
  /** Lower-case hex; when given, a file with another hash is refused. */
  readonly sha256?: string;
  /** Threads of the inference runtime; 1 if threads are not available. */
  readonly threads?: number;
  /** Computes with instructions that give the same bits on every processor, which takes longer. */
  readonly sameBits?: boolean;
}

/** Loads with equal keys need no second load: the same model with the same instructions on as many threads. */
export const loadKey = (request: LoadRequest): string =>
  JSON.stringify([modelKey(request), request.threads ?? null, request.sameBits ?? false]);

/** Loads with equal keys give the same model, which may run on other threads or with other instructions. */
export const modelKey = ({ path, name, sha256, geometryOnly, server }: LoadRequest): string =>
  JSON.stringify([
    path,
    name ?? null,
    sha256 ?? null,
    geometryOnly ?? false,
    // Without the key, which is a secret.
    server ? [server.address, server.model ?? null, server.matrices ?? null, server.patience ?? null] : null,
  ]);

/** The model of a load, by its `modelKey`. */
export const modelOfLoad = (key: string): string => (JSON.parse(key) as readonly [string])[0];

/** 256 where the runtime merges pairs of 128-bit operations. */
export type VectorBits = 128 | 256;

export interface ModelInfo {
  /** As the file or the server names it, in a form fit to show: `SmolLM2-135M-Instruct`. */
  readonly name: string;
  /**
   * This and the properties down to `tokenizer` come from the file. If only a server knows the model, there is no file:
   * strings are empty, and numbers are 0 unless the server gives them.
   */
  readonly architecture: string;
  /** The type of the weights as the file names it, `Q4_K_M`; that of most of them if it names none or another. */
  readonly quantisation: string;
  /** The types of the matrices, the largest share first; absent if all have the one that `quantisation` names. */
  readonly mix?: readonly WeightShare[];
  readonly fileBytes: number;
  /** The files with the weights, in order; absent if they stayed on the Hub or only a server has them. */
  readonly files?: readonly FileOfModel[];
  /** The model on the Hub of which this is the geometry; absent for a model of its own. */
  readonly source?: ModelSource;
  /** The model is a folder as on Hugging Face, or a GGUF file in parts; absent for a single GGUF file. */
  readonly layout?: 'folder' | 'parts';
  readonly dimensions: number;
  readonly vocabulary: number;
  readonly tokenizer: Said;
  /** null where only the tokenizer and the two matrices were loaded, or where a server runs the layers. */
  readonly trunk: TrunkInfo | null;
  /** The server that runs the layers; absent where none does. */
  readonly server?: ServerInfo;
  /** True when embedding and unembedding are the same matrix, found by comparing them, and when neither is known. */
  readonly tied: boolean;
  readonly threads: number;
  /** Threads that were asked for, where fewer could be started. */
  readonly threadsAsked?: number;
  /** The bits of the registers that the products are computed in; absent where our kernels do not compute. */
  readonly vectorBits?: VectorBits;
  /** Whether a multiply-add may round once (`relaxed`) or rounds twice; absent where our kernels do not compute. */
  readonly kernels?: 'relaxed' | 'plain';
  /** Of the embedding's rows; null if a server runs the model and its matrices are not known. */
  readonly sizes: SizeSummary | null;
  /** Of the unembedding's rows; null where the two matrices are one. */
  readonly outputSizes: SizeSummary | null;
  readonly checks: readonly SelfCheck[];
  /** What a person should know before trusting what is shown: whole sentences, mostly none. */
  readonly notices: readonly Said[];
}

/** Whether texts get predictions: the layers run here or on a server. */
export const predicts = ({ trunk, server }: Pick<ModelInfo, 'trunk' | 'server'>): boolean =>
  trunk !== null || (server !== undefined && server.gives !== 'tokens');

/** Whether h and the output rows are known, so that a logit can be taken apart. */
export const takesApart = ({ trunk, server, sizes }: Pick<ModelInfo, 'trunk' | 'server' | 'sizes'>): boolean =>
  trunk !== null || (server?.gives === 'hidden' && sizes !== null);

/** What brings tokens before a position into a layer. */
export type Mixer = 'attention' | 'convolution' | 'recurrence';

/** What runs between the two matrices. */
export interface TrunkInfo {
  readonly layers: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  /** By layer; absent where all have attention. */
  readonly mixers?: readonly Mixer[];
  readonly feedForward: number;
  /** Of a mixture: experts of a layer, how many of them run at a position, and whether neurons run everywhere. */
  readonly experts?: { readonly count: number; readonly used: number; readonly hasDense?: boolean };
  readonly contextLength: number;
  readonly position: 'rotary' | 'learned';
  /**
   * How far rotary positions turn the pairs of a head's dimensions; null where positions enter otherwise, or where no
   * one formula holds for all layers.
   */
  readonly rotary: Rotary | null;
  /** Some layers see only the last positions; absent where every layer sees all. */
  readonly windowed?: true;
  readonly norm: 'RMSNorm' | 'LayerNorm';
  /** c of the soft-capping c · tanh(logit / c) before the softmax; absent where logits stay as they are. */
  readonly logitCap?: number;
  /** Attention and feed-forward both read the residual before the layer; absent where feed-forward comes second. */
  readonly parallel?: true;
  /** Whether each output has a number of its own that is added to its product with h; absent where it has none. */
  readonly outputBias?: true;
}

/**
 * Pair j of a head turns by position · base^(−2j / headSize) radians (Su et al. 2021, “RoFormer”, arXiv:2104.09864).
 */
export interface Rotary {
  readonly base: number;
  readonly headSize: number;
}

export interface SizeSummary {
  /** Tokens of the smallest and the largest row of the matrix. */
  readonly smallest: VocabularyToken;
  readonly largest: VocabularyToken;
  readonly mean: number;
  /** ‖mean row‖₂. */
  readonly meanRow: number;
  /** Equal bins from `from` on, each `width` wide. */
  readonly histogram: { readonly from: number; readonly width: number; readonly counts: readonly number[] };
}

/** One sentence of the self-check at load, with the deviation that was measured and the one that is allowed. */
export interface SelfCheck {
  readonly what: Said;
  readonly deviation: number;
  readonly allowed: number;
}
