/** Where models are looked for, and who asks. */
export interface HubPlace {
  /** Address of the Hub or of a mirror; the Hub of Hugging Face if absent. */
  readonly hub?: string;
  /** Sent to this address alone; never kept, logged or shown. */
  readonly token?: string;
}

export const usualHub = 'https://huggingface.co';

export interface HubSearchRequest extends HubPlace {
  /** Part of a repository's name. */
  readonly query: string;
}

export interface HubFilesRequest extends HubPlace {
  /** `owner/name` */
  readonly repository: string;
}

export interface HubFetchRequest extends HubFilesRequest {
  /**
   * A model of the repository: the path of its file or of one of its parts, the file's name, or its quantisation. The
   * usual one if absent.
   */
  readonly file?: string;
  /** Folder on this machine, which is made if it does not exist. */
  readonly folder: string;
}

/** A repository as a search lists it. */
export interface HubRepository {
  /** `owner/name` */
  readonly name: string;
  /** In the last month, as the Hub counts. */
  readonly downloads: number;
  /** As the Hub names it: `apache-2.0`; null where the repository does not say. */
  readonly license: string | null;
  /** Whether its owner gives the files only to people who asked for them. */
  readonly gated: boolean;
}

export interface HubListing {
  /** Its name today: the Hub may know the repository under another name than was asked for. */
  readonly repository: string;
  /** The name that was asked for, where the repository has another today. */
  readonly renamedFrom: string | null;
  readonly license: string | null;
  readonly gated: boolean;
  /** At least one. */
  readonly files: readonly HubFile[];
}

/** A model of a repository: a GGUF file, a GGUF file in several parts, or a folder of safetensors files. */
export interface HubFile {
  /** Path in the repository; of the first part where it has several. */
  readonly path: string;
  readonly kind: 'gguf' | 'safetensors';
  /** Fit to show, without the number of the part. */
  readonly name: string;
  readonly parts: number;
  /** Of all parts. */
  readonly bytes: number;
  /** `Q4_K_M`, taken from the file's name; null where it names none. */
  readonly quantisation: string | null;
}

/** A geometry that was read by ranges: a model's tokenizer, its matrices and the final norm as a small model. */
export interface HubGeometry {
  /** Of a GGUF file, or of a folder as on Hugging Face, to be loaded with `geometryOnly`. */
  readonly path: string;
  readonly repository: string;
  readonly file: string;
  /** Bytes of the model's files that were read now; 0 if the geometry was there already. */
  readonly bytesRead: number;
  /** Bytes of the model's files in the repository. */
  readonly bytesOfFile: number;
}

export interface HubDownload {
  /** Of the GGUF file, of its first part, or of the folder. */
  readonly path: string;
  readonly repository: string;
  readonly file: string;
  readonly bytes: number;
}
