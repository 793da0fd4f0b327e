import { floats } from '../../../src/engine/architecture/layers';
import type { Model } from '../../../src/engine/model/model';

// A whole model in float64, written from the equations alone: one loop a formula, nothing shared with the engine's
// layers. Of the engine it takes the numbers of the file: hyperparameters and dequantised tensors.

type Row = readonly number[];

export interface HeadTruth {
  readonly rows: readonly Row[];
  readonly size: Row;
  readonly push: Row;
  /** What the head adds, by position. */
  readonly vectors: readonly Row[];
}

/**
 * Replaces the output of a part at a position: of a head, attention or feed-forward, or how much the neurons fired.
 * `null` changes nothing.
 */
export type Change = (
  layer: number,
  part: number | 'attention' | 'feedForward' | 'neurons' | 'experts',
  position: number,
) => Row | 'zero' | null;

/** Changes the residual at a position: before the first layer (0), or after the layer with that number. */
export type ResidualChange = (residual: Row, layer: number, position: number) => Row;

export interface TextTruth {
  /** By layer, then head. */
  readonly heads: readonly (readonly HeadTruth[])[];
  /** The bias of attention's output by layer; `null` if there is none. */
  readonly biases: readonly ({ readonly size: Row; readonly push: Row } | null)[];
  /** What a layer's convolution or recurrence takes at a position from another; null for attention. */
  readonly from: readonly (Mixed['from'] | null)[];
  /** The outputs of attention and feed-forward by layer, then position, and the residual before the layer. */
  readonly attention: readonly (readonly Row[])[];
  /** By layer from before the first, then position. */
  readonly residuals: readonly (readonly Row[])[];
  readonly feedForward: readonly (readonly Row[])[];
  readonly before: readonly (readonly Row[])[];
  /** What each head gives to the output product, by layer, head and position. */
  readonly mixed: readonly (readonly (readonly Row[])[])[];
  /** By layer, then position: the queries and keys of all heads beside each other, before they are turned and after. */
  readonly queries: readonly TurnedRows[];
  readonly keys: readonly TurnedRows[];
  /** By layer, then position: what the neurons read, and how much each of them fired. */
  readonly read: readonly (readonly Row[])[];
  readonly fired: readonly (readonly Row[])[];
  /** By layer, then position: the experts of a mixture that ran. */
  readonly experts: readonly (readonly (readonly ExpertTruth[])[])[];
  /** Final norm of a residual. */
  readonly normed: (residual: Row) => Row;
  /** Logits by position, capped. */
  readonly logits: readonly Row[];
}

/** The outputs of a mixer by position, and what each position gives to one. */
interface Mixed {
  readonly rows: readonly Row[];
  readonly from: (source: number, position: number) => Row;
}

export interface ExpertTruth {
  readonly expert: number;
  /** Among all experts, and of those that ran. */
  readonly probability: number;
  readonly share: number;
  /** By its share, before and after what follows the sum of all. */
  readonly output: Row;
  readonly added: Row;
}

export interface TurnedRows {
  readonly plain: readonly Row[];
  readonly turned: readonly Row[];
}

const sum = (values: Row): number => values.reduce((all, value) => all + value, 0);
// A plain loop: nearly all of the time is spent here.
const dot = (a: Row, b: Row): number => {
  let product = 0;
  for (let i = 0; i < a.length; i++) product += (a[i] as number) * (b[i] as number);
  return product;
};
const plus = (a: Row, b: Row): Row => a.map((value, i) => value + (b[i] as number));
const length = (a: Row): number => Math.sqrt(dot(a, a));
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** KL(p ‖ q) of two predictions from their logits, bits. */
export function divergenceOf(p: Row, q: Row): number {
  const [before, after] = [softmax(p), softmax(q)];
  return sum(before.map((value, id) => value * Math.log2(value / (after[id] as number))));
}

function softmax(logits: Row): Row {
  const greatest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - greatest));
  const whole = sum(powers);
  return powers.map((power) => power / whole);
}

/** Every position reads the same tensors. */
function once<T>(make: (name: string) => T): (name: string) => T {
  const made = new Map<string, T>();
  return (name) => {
    if (!made.has(name)) made.set(name, make(name));
    return made.get(name) as T;
  };
}

/** The numbers of a model's tensors. Several truths of one model can share them: they take gigabytes, and a while. */
export function numbersOf({ weights }: Model) {
  const vector = once((name): Row => Array.from(floats(weights, weights.tensors.get(name) as never)));
  const wholeMatrix = once((name): Row[] => {
    const { shape } = weights.tensors.get(name) as { readonly shape: readonly number[] };
    const [values, columns] = [vector(name), shape.at(-1) as number];
    return range(values.length / columns).map((row) => values.slice(row * columns, (row + 1) * columns));
  });
  return { vector, wholeMatrix };
}

export function textTruth(
  model: Model,
  ids: readonly number[],
  output: number,
  change: Change = () => null,
  changeResidual: ResidualChange = (residual) => residual,
  { vector, wholeMatrix } = numbersOf(model),
): TextTruth {
  const { architecture, hyperparameters: h } = model.needRunner();
  const { weights } = model;
  const has = (name: string) => weights.tensors.has(name);
  const matrix = (name: string, from = 0, to = Infinity): Row[] => wholeMatrix(name).slice(from, to);
  const linear = (x: Row, name: string, from = 0, to = Infinity): Row => {
    const product = matrix(`${name}.weight`, from, to).map((row) => dot(row, x));
    return has(`${name}.bias`) ? plus(product, vector(`${name}.bias`).slice(from, to)) : product;
  };
  const isLayerNorm = architecture.norm === 'LayerNorm';
  const centred = (x: Row): Row => {
    const mean = sum(x) / x.length;
    return x.map((value) => value - mean);
  };
  const norm = (x: Row, name: string): Row => {
    if (!has(`${name}.weight`)) return x;
    const y = isLayerNorm ? centred(x) : x;
    const scale = 1 / Math.sqrt(dot(y, y) / y.length + h.epsilon);
    const gain = vector(`${name}.weight`);
    const bias = has(`${name}.bias`) ? vector(`${name}.bias`) : gain.map(() => 0);
    return y.map((value, i) => value * scale * (gain[i] as number) + (bias[i] as number));
  };
  /** The factors of a norm of x. */
  const frozen = (x: Row, name: string): Row =>
    vector(`${name}.weight`).map((gain) => gain / Math.sqrt(dot(x, x) / x.length + h.epsilon));
  /** With a gain for each head, or one for all of them at once. */
  const perHead = (x: Row, name: string): Row => {
    const width = has(`${name}.weight`) ? vector(`${name}.weight`).length : x.length;
    return range(x.length / width).flatMap((i) => norm(x.slice(i * width, (i + 1) * width), name));
  };
  const turned = (x: Row, position: number, kind: number): Row => {
    const { rotary, headSize = h.headSize } = h.attention[kind] ?? {};
    if (!rotary) return x;
    const y = [...x];
    const pairs = rotary.frequencies.length;
    for (let begin = 0; begin < x.length; begin += headSize)
      for (const pair of range(pairs)) {
        const [a, b] = rotary.interleaved
          ? [begin + 2 * pair, begin + 2 * pair + 1]
          : [begin + pair, begin + pair + pairs];
        const angle = position * (rotary.frequencies[pair] as number);
        const [c, s] = [Math.cos(angle) * rotary.attentionFactor, Math.sin(angle) * rotary.attentionFactor];
        y[a] = (x[a] as number) * c - (x[b] as number) * s;
        y[b] = (x[b] as number) * c + (x[a] as number) * s;
      }
    return y;
  };
  const name = architecture.name;
  /** Of queries, beyond the original context of Mistral 3. */
  const { scale: growth, every } = h.attention.at(-1)?.rotary?.temperature ?? { scale: 0, every: 1 };
  const temperature = (position: number): number => 1 + growth * Math.log(1 + Math.floor(position / every));
  const activation =
    name.startsWith('gemma') || name === 'phi2' || name === 'gpt2' ? geluTanh : name === 'gptneox' ? gelu : silu;

  const [queryWidth, keyWidth] = [h.heads * h.headSize, h.keyValueHeads * h.headSize];
  const embedding = matrix('token_embd.weight');
  const places = has('position_embd.weight') ? matrix('position_embd.weight') : null;
  const entered = ids.map((id) => (embedding[id] as Row).map((value) => value * (h.embeddingScale ?? 1)));
  let residuals: Row[] = ids.map((_, position) => {
    const row = entered[position] as Row;
    return changeResidual(places ? plus(row, places[position] as Row) : row, 0, position);
  });
  const allResiduals = [residuals];

  /** The experts with the greatest logits, in their order. */
  const mixture = (y: Row, layer: number, routed = y) => {
    const { used = 1, width = 1, normalises = false, gates = 'silu' } = h.experts ?? {};
    const part = (own: string) => `blk.${layer}.ffn_${own}`;
    const logits = linear(routed, part('gate_inp'));
    const factors = has(part('down_exps.scale')) ? vector(part('down_exps.scale')) : null;
    const chosen = range(logits.length)
      .sort((a, b) => (logits[b] as number) - (logits[a] as number))
      .slice(0, used)
      .sort((a, b) => a - b);
    const shares = softmax(normalises ? chosen.map((expert) => logits[expert] as number) : logits);
    const experts = chosen.map((expert, i) => {
      const own = (name: string, rows: number) => [part(`${name}_exps`), expert * rows, (expert + 1) * rows] as const;
      const both = has(part('gate_up_exps.weight')) ? linear(y, ...own('gate_up', 2 * width)) : null;
      const up = both?.slice(width) ?? linear(y, ...own('up', width));
      const fired = (both?.slice(0, width) ?? linear(y, ...own('gate', width))).map((gate, j) => {
        if (gates !== 'clamped') return activation(gate) * (up[j] as number);
        const most = Math.min(7, gate);
        return (most / (1 + Math.exp(-1.702 * most))) * (1 + Math.min(7, Math.max(-7, up[j] as number)));
      });
      const share = (shares[normalises ? i : expert] as number) * (factors?.[expert] ?? 1);
      const added = linear(fired, ...own('down', h.dimensions)).map((value) => share * value);
      return { expert, share, probability: softmax(logits)[expert] as number, fired, added };
    });
    return {
      experts,
      fired: experts.flatMap(({ fired }) => fired),
      added: experts.map(({ added }): Row => added).reduce(plus),
    };
  };

  /** Of each column the last numbers, each times its factor. */
  const convolved = (rows: readonly Row[], kernel: string): readonly Row[] =>
    rows.map((_, i) =>
      matrix(kernel).map((factors, j) =>
        sum(factors.map((factor, tap) => factor * (rows[i - factors.length + 1 + tap]?.[j] ?? 0))),
      ),
    );

  /** Gated on both sides of the kernel: three products of x, b, c and what both gate. */
  const shortConvolution = (x: readonly Row[], part: string): Mixed => {
    const third = (row: Row, i: number) =>
      linear(row, `${part}shortconv.in_proj`, i * h.dimensions, (i + 1) * h.dimensions);
    const entered = x.map((row) => {
      const [b, value] = [third(row, 0), third(row, 2)];
      return b.map((gate, j) => gate * (value[j] as number));
    });
    const kernel = `${part}shortconv.conv.weight`;
    const output = (row: Row, mixed: Row) =>
      linear(
        third(row, 1).map((gate, j) => gate * (mixed[j] as number)),
        `${part}shortconv.out_proj`,
      );
    const alone = (from: number, to: number) =>
      convolved(
        entered.slice(0, to + 1).map((own, at) => (at === from ? own : own.map(() => 0))),
        kernel,
      )[to] as Row;
    return {
      rows: convolved(entered, kernel).map((mixed, i) => output(x[i] as Row, mixed)),
      from: (source, i) => output(x[i] as Row, alone(source, i)),
    };
  };

  /** Each head's state, a matrix of keys × values, position by position. */
  const deltaRule = (x: readonly Row[], part: string): Mixed => {
    const { heads = 0, keyHeads = 0, keySize = 0, valueSize = 0, grouped } = h.recurrence ?? {};
    const mixed = convolved(
      x.map((row) => linear(row, `${part}attn_qkv`)),
      `${part}ssm_conv1d.weight`,
    ).map((row) => row.map(silu));
    const [rates, bias] = [vector(`${part}ssm_a`), vector(`${part}ssm_dt.bias`)];
    const states = range(heads).map(() => range(keySize).map(() => range(valueSize).map(() => 0)));
    /** By position, then head: what the state took, how the output reads it, and what that is multiplied by. */
    const steps: {
      readonly q: Row;
      readonly k: Row;
      readonly change: Row;
      readonly decay: number;
      readonly factor: Row;
    }[][] = [];
    const rows = x.map((row, i) => {
      const [alpha, beta, gate] = ['ssm_alpha', 'ssm_beta', 'attn_gate'].map((name) => linear(row, part + name));
      steps[i] = [];
      const out = range(heads).flatMap((head) => {
        const keyHead = grouped ? Math.floor((head * keyHeads) / heads) : head % keyHeads;
        const unit = (from: number) => {
          const own = (mixed[i] as Row).slice(from + keyHead * keySize, from + (keyHead + 1) * keySize);
          return own.map((value) => value / Math.sqrt(dot(own, own) + 1e-6));
        };
        const [q, k] = [unit(0), unit(keyHeads * keySize)];
        const decay = Math.exp(
          (rates[head] as number) * Math.log(1 + Math.exp((alpha?.[head] as number) + (bias[head] as number))),
        );
        const faded = (states[head] as Row[]).map((line) => line.map((value) => value * decay));
        const change = range(valueSize).map((j) => {
          const recalled = sum(k.map((key, at) => key * (faded[at]?.[j] as number)));
          const value = mixed[i]?.[2 * keyHeads * keySize + head * valueSize + j] as number;
          return (value - recalled) / (1 + Math.exp(-(beta?.[head] as number)));
        });
        const state = faded.map((line, at) =>
          line.map((value, j) => value + (k[at] as number) * (change[j] as number)),
        );
        states[head] = state;
        const asked = range(valueSize).map(
          (j) => sum(q.map((one, at) => one * (state[at]?.[j] as number))) / Math.sqrt(keySize),
        );
        const given = norm(asked, `${part}ssm_norm`).map(
          (value, j) => value * silu(gate?.[head * valueSize + j] as number),
        );
        (steps[i] as unknown[]).push({
          q,
          k,
          change,
          decay,
          factor: given.map((value, j) => value / (asked[j] as number)),
        });
        return given;
      });
      return linear(out, `${part}ssm_out`);
    });
    const from = (source: number, i: number): Row =>
      linear(
        range(heads).flatMap((head) => {
          const at = (position: number) => steps[position]?.[head] as (typeof steps)[number][number];
          const left = range(i - source).reduce((all, back) => all * at(i - back).decay, 1 / Math.sqrt(keySize));
          const read = left * dot(at(i).q, at(source).k);
          return at(source).change.map((value, j) => read * value * (at(i).factor[j] as number));
        }),
        `${part}ssm_out`,
      );
    return { rows, from };
  };

  const unit = (row: Row): Row => row.map((value) => value / Math.sqrt(dot(row, row) / row.length + h.epsilon));
  /** Gemma 4: a row of the token and the projected embedding, gated by the residual after the neurons. */
  const ofToken = (residual: Row, layer: number, position: number): Row => {
    const width = h.besideWidth ?? 0;
    const part = (own: string) => `blk.${layer}.${own}`;
    const [from, to] = [layer * width, (layer + 1) * width];
    const row = (matrix('per_layer_token_embd.weight')[ids[position] as number] as Row).slice(from, to);
    const projected = linear(entered[position] as Row, 'per_layer_model_proj', from, to);
    const normed = norm(
      projected.map((value) => value / Math.sqrt(h.dimensions)),
      'per_layer_proj_norm',
    );
    const gate = linear(residual, part('inp_gate')).map(geluTanh);
    const vector = gate.map(
      (value, j) => (value * ((row[j] as number) * Math.sqrt(width) + (normed[j] as number))) / Math.SQRT2,
    );
    return norm(linear(vector, part('proj')), part('post_norm'));
  };

  const scales = range(h.layers).map((layer) => {
    const tensor = `blk.${layer}.layer_output_scale.weight`;
    return has(tensor) ? (vector(tensor)[0] as number) : 1;
  });
  const kept = new Map<
    number,
    { readonly plainKeys: readonly Row[]; readonly keys: readonly Row[]; readonly values: readonly Row[] }
  >();
  const layers = range(h.layers).map((layer) => {
    const part = (own: string) => `blk.${layer}.${own}`;
    const periods = { 'gpt-oss': 2, smollm3: 4, olmo2: 4, cohere2: 4, exaone4: 4, gemma3: h.globalPeriod ?? 6 };
    const period = periods[name as keyof typeof periods] ?? Infinity;
    const isLast = (layer + 1) % period === 0;
    const kind =
      h.kinds?.[layer] ??
      (name === 'gemma2'
        ? layer % 2
        : name !== 'olmo2'
          ? Math.min(Number(isLast), h.attention.length - 1)
          : isLast
            ? 0
            : h.attention.length - 1);
    const { window = Infinity, headSize = h.headSize, keyValueHeads = h.keyValueHeads } = h.attention[kind] ?? {};
    const isShared = name === 'gemma4' && !has(part('attn_k.weight'));
    const x = residuals.map((residual) => norm(residual, part('attn_norm')));
    const mixer = has(part('shortconv.conv.weight')) ? shortConvolution : has(part('ssm_a')) ? deltaRule : null;
    const fused = has(part('attn_qkv.weight'));
    const of = (own: string, from: number, to: number) =>
      (mixer ? [] : x).map((row) => (fused ? linear(row, part('attn_qkv'), from, to) : linear(row, part(own))));
    // A gate stands beside the query of each head.
    const asked = of('attn_q', 0, queryWidth);
    const isGated = (asked[0]?.length ?? 0) > queryWidth;
    const halves = (row: Row, which: number) =>
      isGated ? row.filter((_, j) => Math.floor(j / h.headSize) % 2 === which) : row;
    const plainQueries = asked
      .map((row) => perHead(halves(row, 0), part('attn_q_norm')))
      .map((row, i) => row.map((value) => value * temperature(i)));
    const queries = plainQueries.map((row, i) => turned(row, i, kind));
    const ownKeys = isShared ? [] : of('attn_k', queryWidth, queryWidth + keyWidth);
    const ownPlain = ownKeys.map((row) => perHead(row, part('attn_k_norm')));
    const ownValues =
      isShared || (name === 'gemma4' && !has(part('attn_v.weight')))
        ? ownKeys
        : of('attn_v', queryWidth + keyWidth, queryWidth + 2 * keyWidth);
    const unitValues = (row: Row) =>
      range(keyValueHeads).flatMap((i) => unit(row.slice(i * headSize, (i + 1) * headSize)));
    if (!isShared)
      kept.set(layer, {
        plainKeys: ownPlain,
        keys: ownPlain.map((row, i) => turned(row, i, kind)),
        values: name === 'gemma4' ? ownValues.map(unitValues) : ownValues,
      });
    const source = Math.max(...[...kept.keys()].filter((one) => !isShared || h.kinds?.[one] === kind));
    const { plainKeys, keys, values } = kept.get(source) as NonNullable<ReturnType<typeof kept.get>>;
    const projection = mixer ? [] : matrix(part('attn_output.weight'));
    const bias = has(part('attn_output.bias')) ? vector(part('attn_output.bias')) : null;
    const post =
      !['gpt-oss', 'qwen35'].includes(name) && has(part('post_attention_norm.weight'))
        ? vector(part('post_attention_norm.weight'))
        : null;

    const gated = (row: Row, i: number, head: number): Row =>
      isGated
        ? row.map((value, k) => value / (1 + Math.exp(-(halves(asked[i] as Row, 1)[head * h.headSize + k] as number))))
        : row;
    const heads = range(mixer ? 0 : h.heads).map((head) => {
      const group = Math.floor((head * keyValueHeads) / h.heads);
      const own = (row: Row, index: number) => row.slice(index * headSize, (index + 1) * headSize);
      const rows = queries.map((query, i) => {
        const scores = range(i + 1).map((j) => {
          if (i - j >= window) return -Infinity;
          const score = dot(own(query, head), own(keys[j] as Row, group)) * (h.scoreScale ?? headSize ** -0.5);
          return h.scoreCap === undefined ? score : h.scoreCap * Math.tanh(score / h.scoreCap);
        });
        const sink = h.hasSinks ? (vector(part('attn_sinks.weight'))[head] as number) : -Infinity;
        const greatest = Math.max(sink, ...scores);
        const powers = scores.map((score) => Math.exp(score - greatest));
        const total = sum(powers) + Math.exp(sink - greatest);
        return powers.map((power) => power / total);
      });
      const mixed = rows.map((row, i) =>
        changed(
          change(layer, head, i),
          gated(
            range(headSize).map((k) =>
              sum(row.map((share, j) => share * (values[j]?.[group * headSize + k] as number))),
            ),
            i,
            head,
          ),
        ),
      );
      return {
        rows,
        mixed,
        product: mixed.map((row) => projection.map((line) => dot(own(line, head), row))),
      };
    });
    // What a norm after attention divides by is that of the whole.
    const mixed = mixer?.(x, part('')) ?? null;
    const factors = ids.map((_, i) => {
      if (mixer) return null;
      const whole = [...heads.map(({ product }) => product[i] as Row), ...(bias ? [bias] : [])].reduce(plus);
      return post?.map((gain) => gain / Math.sqrt(dot(whole, whole) / whole.length + h.epsilon)) ?? null;
    });
    const scaled = (vectors: readonly Row[]) =>
      vectors.map((row, i) => row.map((value, j) => value * (factors[i]?.[j] ?? h.residualScale ?? 1)));
    const added = heads.map(({ rows, product }) => ({ rows, vectors: scaled(product) }));
    const biased = bias && scaled(ids.map(() => bias));
    const attention = ids.map((_, i) =>
      changed(
        change(layer, 'attention', i),
        mixed?.rows[i] ??
          [...added.map(({ vectors }) => vectors[i] as Row), ...(biased ? [biased[i] as Row] : [])].reduce(plus),
      ),
    );

    const before = residuals;
    const [readRows, fired]: [Row[], Row[]] = [[], []];
    const ran: ExpertTruth[][] = [];
    const feedForward = residuals.map((residual, i) => {
      const middle = plus(residual, attention[i] as Row);
      const read = h.parallel || name === 'phi2' ? residual : middle;
      const second = ['gpt-oss', 'qwen35'].includes(name) ? 'post_attention_norm' : 'ffn_norm';
      const y =
        has(part(`${second}.weight`)) || !has(part('attn_norm.weight')) ? norm(read, part(second)) : (x[i] as Row);
      // Neurons beside the experts run everywhere, and the router reads a vector of its own.
      const hasDense = has(part('ffn_gate_inp.scale'));
      const routed = hasDense
        ? unit(middle).map(
            (value, j) => (value * (vector(part('ffn_gate_inp.scale'))[j] as number)) / Math.sqrt(h.dimensions),
          )
        : y;
      const mixed = h.experts && mixture(hasDense ? norm(middle, part('pre_ffw_norm_2')) : y, layer, routed);
      const chosen = changed(change(layer, 'experts', i), mixed?.added ?? []);
      const up = mixed && !hasDense ? [] : linear(y, part('ffn_up'));
      const own =
        (hasDense ? null : mixed?.fired) ??
        (has(part('ffn_gate.weight'))
          ? linear(y, part('ffn_gate')).map((gate, j) => activation(gate) * (up[j] as number))
          : up.length === 2 * h.feedForward
            ? up.slice(0, h.feedForward).map((gate, j) => activation(gate) * (up[h.feedForward + j] as number))
            : up.map(activation));
      const inner = changed(change(layer, 'neurons', i), own);
      readRows.push(routed);
      fired.push(inner);
      const dense = mixed && !hasDense ? null : linear(inner, part('ffn_down'));
      const down =
        mixed && dense
          ? plus(norm(dense, part('post_ffw_norm_1')), norm(chosen, part('post_ffw_norm_2')))
          : (dense ?? chosen).map((value) => value * (h.residualScale ?? 1));
      const factors = hasDense
        ? frozen(chosen, part('post_ffw_norm_2')).map(
            (factor, j) => factor * (frozen(down, part('post_ffw_norm'))[j] as number),
          )
        : null;
      ran.push(
        (mixed?.experts ?? []).map((one) => ({
          ...one,
          output: one.added,
          added: one.added.map((value, j) => value * (factors?.[j] ?? h.residualScale ?? 1)),
        })),
      );
      const out = has(part('post_ffw_norm.weight')) ? norm(down, part('post_ffw_norm')) : down;
      const all = h.besideWidth ? plus(out, ofToken(plus(middle, out), layer, i)) : out;
      return changed(change(layer, 'feedForward', i), all);
    });
    residuals = residuals.map((residual, i) =>
      changeResidual(
        plus(plus(residual, attention[i] as Row), feedForward[i] as Row).map(
          (value) => value * (scales[layer] as number),
        ),
        layer + 1,
        i,
      ),
    );
    allResiduals.push(residuals);
    return {
      ...{ from: mixed?.from ?? null, added, biased, attention, feedForward, before, fired, ran, read: readRows },
      queries: { plain: plainQueries, turned: queries },
      keys: { plain: plainKeys, turned: keys },
      mixed: heads.map(({ mixed }) => mixed),
    };
  });

  const unembedding = has('output.weight') ? matrix('output.weight') : embedding;
  const outputBias = has('output.bias') ? vector('output.bias') : unembedding.map(() => 0);
  const cap = (logit: number) => (h.logitCap === undefined ? logit : h.logitCap * Math.tanh(logit / h.logitCap));
  const last = architecture.finalNorm.replace('.weight', '');
  const gain = vector(architecture.finalNorm).map((value) => value / (h.logitDivisor ?? 1));
  const measured = (vectors: readonly Row[], layer: number) => ({
    size: vectors.map(length),
    push: vectors.map((row, i) => {
      const final = isLayerNorm ? centred(residuals[i] as Row) : (residuals[i] as Row);
      const denominator = Math.sqrt(dot(final, final) / final.length + h.epsilon);
      const seen = isLayerNorm ? centred(row) : row;
      const share = scales.slice(layer).reduce((product, scale) => product * scale, 1);
      return sum(
        seen.map(
          (value, j) => (share * value * (gain[j] as number) * (unembedding[output]?.[j] as number)) / denominator,
        ),
      );
    }),
  });
  return {
    heads: layers.map(({ added }, layer) =>
      added.map(({ rows, vectors }) => ({ rows, vectors, ...measured(vectors, layer) })),
    ),
    biases: layers.map(({ biased }, layer) => biased && measured(biased, layer)),
    from: layers.map(({ from }) => from),
    attention: layers.map(({ attention }) => attention),
    residuals: allResiduals,
    feedForward: layers.map(({ feedForward }) => feedForward),
    before: layers.map(({ before }) => before),
    mixed: layers.map(({ mixed }) => mixed),
    queries: layers.map(({ queries }) => queries),
    keys: layers.map(({ keys }) => keys),
    read: layers.map(({ read }) => read),
    fired: layers.map(({ fired }) => fired),
    experts: layers.map(({ ran }) => ran),
    normed: (residual) => norm(residual, last).map((value) => value / (h.logitDivisor ?? 1)),
    logits: residuals.map((residual) => {
      const hidden = norm(residual, last).map((value) => value / (h.logitDivisor ?? 1));
      return unembedding.map((row, id) => cap(dot(row, hidden) + (outputBias[id] as number)));
    }),
  };
}

const changed = (to: Row | 'zero' | null, row: Row): Row => (to === 'zero' ? row.map(() => 0) : (to ?? row));

const silu = (x: number): number => x / (1 + Math.exp(-x));
const geluTanh = (x: number): number => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
const gelu = (x: number): number => 0.5 * x * (1 + erf(x / Math.SQRT2));

/** erf x = 2/√π · exp(−x²) · Σ 2ⁿ x²ⁿ⁺¹ / (1·3·…·(2n+1)), whose terms all have one sign. */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let series = x;
  for (let n = 1; n < 200; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    series += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * series;
}
