import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rowBytesOf } from '../../../src/engine/weights/types/types';
import { largeModel } from '../../servers/largeModel';
import { root, tablesOf, textOf } from '../support/pages';

const { bench } = JSON.parse(textOf('test/programs.json')) as {
  readonly bench: Readonly<Record<string, { readonly run: string }>>;
};

const sourcesIn = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(
    (file) => `${folder}/${file.replaceAll('\\', '/')}`,
  );

/** The code of what a command runs: its program, and the entry of it that the command names. */
function codeOf(command: string): string {
  if (command === 'panel') return textOf('test/bench/panel.e2e.ts');
  if (command === 'hosts')
    return sourcesIn('test/host')
      .filter((file) => file.endsWith('.bench.ts'))
      .map(textOf)
      .join('\n');
  const [program = '', entry = ''] = (bench[command]?.run ?? '').split(' ');
  const named = entry.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  return textOf(entry === '' ? program : program.replace('.ts', `/${named}.ts`));
}

const number = /\d[\d,]*(?:\.\d+)?/g;
const valueOf = (written: string): number => Number(written.replaceAll(',', ''));
/** Numbers as the code writes them: `8_192`, `0.45`. */
const numbersIn = (code: string): ReadonlySet<number> =>
  new Set((code.replaceAll(/(?<=\d)_(?=\d)/g, '').match(/\d+(?:\.\d+)?/g) ?? []).map(Number));

/** Whether the code has these words between its quotes, where it may put numbers in when it prints them. */
function prints(code: string, words: string): boolean {
  const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const parts = words.split(number).map(escaped);
  const numbers = (words.match(number) ?? []).map((one) => `(?:${escaped(one)}|\\$\\{[^}]*\\})`);
  return new RegExp(`['"\`][^'"\`\\n]*${parts.map((part, i) => part + (numbers[i] ?? '')).join('')}`).test(code);
}

interface Bar {
  readonly most: number;
  readonly unit: string;
  /** The bar itself is too much. */
  readonly isBelow: boolean;
}

/** `≤ 1.2 s, ≤ 0.08 ×, missed` */
const barsOf = (cell: string): readonly Bar[] =>
  [...cell.matchAll(/([<≤]) ([\d,.]+) ([^\s,]+)/g)].map(([, sign, most = '', unit = '']) => ({
    most: valueOf(most),
    unit,
    isBelow: sign === '<',
  }));

/** The largest number of a cell with this unit. */
function figureIn(cell: string, unit: string): number | undefined {
  const [, first = '', last = first] =
    new RegExp(`(\\d[\\d,.]*)(?: to (\\d[\\d,.]*))? ${unit}(?![\\w])`).exec(cell) ?? [];
  return first === '' ? undefined : valueOf(last);
}

const matrix = (152_064 * rowBytesOf('Q4_K', 5120)) / 2 ** 20;
/** Bars that a program computes. */
const computed: Readonly<Record<string, () => number>> = {
  '`peak memory of the process`': () => Math.round(matrix + 200),
  '`bytes read`': () => {
    const shape = { vocabulary: 152_064, dimensions: 5120, bytes: 20e9, untied: false, type: 'Q4_K' } as const;
    const { headerBytes, matrixBytes } = largeModel(shape);
    return Number(((headerBytes + matrixBytes + 2 ** 20) / 1e6).toFixed(1));
  },
};

const tables = tablesOf('docs/measured.md').map((table) => {
  const commands = [...table.before.matchAll(/`npm run bench -- ([\w-]+)`/g)].map(([, name = '']) => name);
  return { ...table, commands };
});

describe('the page of measurements', () => {
  it('has tables, and names one command before each', () => {
    expect(tables.length).toBeGreaterThan(8);
    for (const { commands, before } of tables) expect(commands, before).toHaveLength(1);
  });

  describe.each(tables)('in the table of $commands', ({ commands: [command = ''], head, rows }) => {
    it('the command exists', () => {
      expect(bench).toHaveProperty([command]);
    });

    it.each(rows)('%s: the command prints it, and its bars', (what, ...cells) => {
      const code = codeOf(command);
      const words = [...what.matchAll(/`([^`]+)`/g)].map(([, one = '']) => one);
      expect(words.length).toBeGreaterThan(0);
      expect(words.filter((one) => !prints(code, one))).toEqual([]);
      const bars = cells.filter((_, i) => head[i + 1] === 'bar').flatMap(barsOf);
      const known = computed[what] ? new Set([computed[what]()]) : numbersIn(code);
      expect(bars.filter(({ most }) => !known.has(most))).toEqual([]);
    });

    it.each(rows)('%s: a figure above its bar is called missed, and no other', (_what, ...cells) => {
      cells.forEach((cell, at) => {
        if (head[at + 1] !== 'bar') return;
        const missed = barsOf(cell).some(({ most, unit, isBelow }) => {
          const figures = cells.slice(0, at).map((one) => figureIn(one, unit));
          const figure = figures.findLast((one) => one !== undefined);
          expect(figure, `${cell} has no figure beside it`).toBeDefined();
          return isBelow ? Number(figure) >= most : Number(figure) > most;
        });
        expect(cell.includes('missed'), cell).toBe(missed);
      });
    });
  });
});
