/** The figures of a model whose errors are measured: the heading of their column, and what the column holds. */
export const figures = {
  size: 'sizes of vectors, relative to the size',
  distance: 'Euclidean distances, relative to the distance',
  dot: 'dot products q·w, as a share of ‖q‖ · ‖w‖',
  cosine: 'cosines, as a difference',
  published:
    'logits beside the published model class in float64 (`test/fixtures/make_families.py`; of the default model, its 20 likeliest tokens in PyTorch): root mean square, relative',
  logit: 'logits beside float64 from the equations: root mean square, relative',
  p: 'probabilities, as a difference',
  bits: 'entropy and surprisal, relative to the number of bits; below 1 bit, as a difference',
  residual: 'sizes of the residuals and of h, relative to the size',
  angle: 'angles of the residuals to the input vector and to the prediction, in degrees',
  weight: 'attention weights of all heads, as a difference',
  push: 'pushes of all heads on a logit, relative to the largest of the head',
  ablation: 'logits without a head, the attention or the feed-forward of a layer: root mean square, relative',
  KL: 'KL divergences of all of these changes and of the lens, counted as bits are',
  lens: 'probabilities of the lens, as a difference',
  vector: 'vector expressions: their size, and dot products as above',
  steering: 'logits with a vector added, and with a direction removed: root mean square, relative',
  patching:
    'logits after a residual or the output of a head, attention or a feed-forward came from another text: root mean square, relative',
} as const;

export type Figure = keyof typeof figures;
export const figureNames = Object.keys(figures) as readonly Figure[];

/** What the float32 of some layers may move a number, as a share; an angle in degrees. */
export const bars = { angle: 1e-3, others: 5e-5 } as const;
export const barOf = (figure: Figure): number => (figure === 'angle' ? bars.angle : bars.others);

/** The largest error of each figure. A figure that nobody measured is absent. */
export class Worst {
  readonly #errors = new Map<Figure, number>();

  note(figure: Figure, error: number): void {
    const before = this.#errors.get(figure) ?? 0;
    // NaN is the worst, and stays.
    if (!(error <= before) || !this.#errors.has(figure))
      this.#errors.set(figure, Number.isNaN(before) ? before : error);
  }

  join(other: Worst): void {
    for (const [figure, error] of other.#errors) this.note(figure, error);
  }

  get(figure: Figure): number | undefined {
    return this.#errors.get(figure);
  }
}
