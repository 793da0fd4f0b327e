import type { OtherModel, TextInBoth } from '../../../shared/both';
import type { TextRequest } from '../../../shared/tokens';

/** The texts that were compared, kept as long as the requests of their runs and the second model are. */
export class ComparedTexts {
  readonly #of = new WeakMap<OtherModel, WeakMap<TextRequest, TextInBoth>>();

  find(other: OtherModel, request: TextRequest): TextInBoth | null {
    return this.#of.get(other)?.get(request) ?? null;
  }

  keep(other: OtherModel, request: TextRequest, text: TextInBoth): void {
    const texts = this.#of.get(other) ?? new WeakMap<TextRequest, TextInBoth>();
    this.#of.set(other, texts.set(request, text));
  }
}
