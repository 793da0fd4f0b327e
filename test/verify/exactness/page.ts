import { bars, figureNames, figures, type Figure } from './figures';

// docs/exactness.md as a function of what was measured, and the way back: a test writes the page anew from what it
// read.

export interface Line {
  readonly family: string;
  readonly kind: string;
  /** As printed: two digits, or `–` if it was not measured. */
  readonly errors: Readonly<Record<Figure, string>>;
}

export interface Measured {
  readonly date: string;
  readonly machine: string;
  /** Lines in their order. */
  readonly lines: readonly Line[];
}

export const printed = (error: number | undefined): string =>
  error === undefined ? '–' : error === 0 ? '0' : error.toExponential(0);

/** The figure with the largest printed error of those that are shares. */
function largest(lines: readonly Line[]): string {
  const all = lines.flatMap(({ family, kind, errors }) =>
    figureNames
      .filter((name) => name !== 'angle' && errors[name] !== '–')
      .map((name) => ({ family, kind, name, error: Number(errors[name]) })),
  );
  const worst = all.reduce((a, b) => (b.error > a.error ? b : a));
  return `Except for angles, the largest error is ${worst.error.toExponential(0)}: ${worst.name} (${worst.family}; ${worst.kind}).`;
}

export const pageOf = ({
  date,
  machine,
  lines,
}: Measured): string => `<!-- Written by npm run verify -- exactness, and by nothing else. -->

# How exact, figure by figure

Every kind of number that Vectorscope shows, beside the same number in float64 by another program. This page is the output of one command:

    npm run verify -- exactness

It takes some minutes and 4 GB, and writes this page anew. It fails if an error is not a number or is larger than ${bars.others}. For angles the bar is ${bars.angle} degrees.

Measured on ${date}, on ${machine}. ${largest(lines)}

## What it is compared with

- **Float64 from the equations**: the layers, the attention and every change of them, written from the papers' formulas alone
  (\`test/unit/support/headsTruth.ts\`, \`lensTruth.ts\`). Of the engine it takes the numbers of the file.
- **The numbers of the file**, type by type, are compared with those of llama.cpp's own \`gguf\` package, to the last bit (\`test/fixtures/make_tensor_types.py\`,
  \`test/unit/weights/types.test.ts\`).
- **Other implementations**, in float64: the published model classes of \`transformers\` on the fixtures (\`test/fixtures/make_families.py\`),
  and numpy on the default model (\`test/reference\`), in code that shares nothing with the engine.

A line holds the largest error over all models of a family and a kind of file, all positions, layers and heads, and both builds of the kernels.
Families are small models of random numbers, with all that distinguishes the family. Lines that say *random numbers* have matrices of random
blocks of one type. The default model is measured on a short text.

## The columns

${figureNames.map((name) => `- **${name}**: ${figures[name]}`).join('\n')}

## The errors

| family | kind of file | ${figureNames.join(' | ')} |
|---|---|${figureNames.map(() => '--:').join('|')}|
${lines.map(({ family, kind, errors }) => `| ${family} | ${kind} | ${figureNames.map((name) => errors[name]).join(' | ')} |`).join('\n')}

Vectors are compared in float64, so their errors are those of the last digit, or 0 where both sums run in the same order. The layers run in float32 on the kernels, and every number
after them is computed in float64: their rounding is all that the other columns show.

## Which bits are the same

The same request gives the same bits on the same machine, whatever the number of threads and the requests before it. Between machines:

- **The kernels have two builds.** The usual one multiplies and adds with relaxed SIMD, which rounds once on processors that fuse the two steps
  and twice on others. So the last bits of what the layers compute may differ between processors.
- **The plain build** has no such instruction. WebAssembly defines every bit of its results, so they are the same on any processor. The setting
  \`vectorscope.sameBits\`, or \`--same-bits\` [in a terminal](terminal.md#choose-a-model), chooses it. A run then takes longer, and the panel says that it is on.
- **JavaScript** computes the last steps in float64. Its \`exp\`, \`log\`, \`sin\` and \`cos\` are not defined to the last bit, so compare runs of one
  version of the editor or of Node.
- **256 bits** ([the machine's line](where-it-runs.md) of the model menu) change no bit.
- **ONNX Runtime and WebGPU** sum in other orders and have their own bits. With \`vectorscope.sameBits\`, \`auto\` stays on WASM.
- **A server** has its own bits too, which may differ from one request to the next.
`;

/** Reads the page back. Throws if it has another form. */
export function measuredIn(page: string): Measured {
  const [, date, machine] = /^Measured on (\S+), on (.+?)\. Except for/m.exec(page) ?? [];
  if (date === undefined || machine === undefined)
    throw new Error('The page does not say when and where it was measured.');
  const lines = page
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| family'))
    .map((line): Line => {
      const [family = '', kind = '', ...cells] = line.slice(2, -2).split(' | ');
      if (cells.length !== figureNames.length) throw new Error(`“${line}” has ${cells.length} errors.`);
      return {
        family,
        kind,
        errors: Object.fromEntries(figureNames.map((name, i) => [name, cells[i]])) as Line['errors'],
      };
    });
  return { date, machine, lines };
}
