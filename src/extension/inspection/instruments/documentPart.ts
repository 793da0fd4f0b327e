import type { MeasuredDocument } from '../../../shared/document/document';
import type { DocumentSums } from '../../../shared/document/sums';
import type { DocumentLines, DocumentView } from '../../../shared/document/view';
import { summed } from '../../../shared/surprisalSum';
import type { DocumentSource } from '../keptDocument';
import { TokenPlaces } from '../tokenPlaces';

/** A text as it is measured. */
export interface TextOfModel {
  readonly text: string;
  /** As in the request. */
  readonly plain: boolean;
  readonly model: string;
}

export interface Numbers extends TextOfModel {
  readonly measured: MeasuredDocument;
  readonly sums: DocumentSums;
}

/** The numbers of one state of the document. */
export interface Part extends Numbers {
  readonly places: TokenPlaces;
  /** The length of the document as far as its edits were seen. UTF-16 units. */
  readonly length: number;
  readonly outOfDate: boolean;
}

/** Numbers of what the document reads now. */
export const inPlace = (numbers: Numbers): Part => ({
  ...numbers,
  places: new TokenPlaces(numbers.measured.tokens),
  length: numbers.text.length,
  outOfDate: false,
});

/** `reached`: what is counted, if a run is further than what is shown. */
export const documentView = (
  { name, uri }: DocumentSource,
  shown: Part | null,
  reached: MeasuredDocument | undefined,
  how: Pick<DocumentView, 'progress' | 'failure'>,
): DocumentView => ({
  ...{ name, uri, ...how },
  outOfDate: shown?.outOfDate ?? false,
  tokens: reached?.tokens.ids.length ?? 0,
  measured: reached?.measured ?? 0,
  window: reached?.window ?? 0,
  plain: shown?.plain ?? null,
  control: shown?.measured.tokens.control ?? [],
  isWhole: shown !== null && shown.measured.measured === shown.measured.tokens.ids.length,
  lines: copied(shown?.sums.lines ?? noLines),
  total: shown?.sums.total ?? summed('', []),
  surprising: shown?.sums.surprising ?? [],
});

/** The sums go on in the same arrays. */
const copied = ({ starts, tokens, bits, characters }: DocumentLines): DocumentLines => ({
  ...{ starts, tokens: tokens.slice(), bits: bits.slice(), characters: characters.slice() },
});

export const noLines: DocumentLines = {
  starts: new Uint32Array(),
  tokens: new Uint32Array(),
  bits: new Float64Array(),
  characters: new Uint32Array(),
};
