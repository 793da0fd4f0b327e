import { describe, expect, it } from 'vitest';
import { compareCommand } from '../../../src/cli/compare';
import { commands } from '../../../src/cli/experiments';
import { inspect } from '../../../src/cli/inspect';
import { lab } from '../../../src/cli/lab';
import { mcp } from '../../../src/cli/mcp';
import type { Program } from '../../../src/cli/program';
import { tokensCommand } from '../../../src/cli/tokens';
import { untrainedCommand } from '../../../src/cli/untrained';
import { experiments } from '../../../src/shared/lab';
import { call } from '../support/commandLine';
import { pagesIn, rowsUnder, textOf } from '../support/pages';

const page = 'docs/terminal.md';
const programs = { inspect, lab, compare: compareCommand, mcp, tokens: tokensCommand, untrained: untrainedCommand };
const engine = {
  readInput: () => '',
  createEngine: () => {
    throw new Error('Help needs no engine.');
  },
};

/** An option as `--help` prints it, with what it takes, and its default; empty for a switch. */
interface Option {
  readonly flags: string;
  readonly value: string;
}

async function optionsOf(program: Program, ...args: readonly string[]): Promise<readonly Option[]> {
  const { code, out } = await call(program, [...args, '--help'], engine);
  expect(code).toBe(0);
  // Each entry goes on in lines that are indented further.
  const entries = out.replaceAll(/\n {4,}/g, ' ').matchAll(/^ {2}(--.+?)(?: {2,}| (?=[a-z]))(.*)$/gm);
  return [...entries].map(([, flags = '', said = '']) => {
    const [, value = ''] = /default: (.+?)\)/.exec(said.replaceAll(/\s+/g, ' ')) ?? [];
    return { flags, value: value === 'false' ? '' : value };
  });
}

const code = (text: string) => `\`${text}\``;
const flagsUnder = (heading: string) => rowsUnder(page, heading).map(([flags]) => flags);
const ofModels = flagsUnder('Choose a model');

describe('the page about the terminal', () => {
  it('lists the options of inspect, with their defaults', async () => {
    const rows = rowsUnder(page, 'Inspect a text').map(([flags, , value = '']) => [flags, value]);
    const options = (await optionsOf(inspect)).map(({ flags, value }) => [code(flags), value.replaceAll('"', '')]);
    expect(options.length).toBeGreaterThan(20);
    expect(rows).toEqual(options.filter(([flags = '']) => !ofModels.includes(flags)));
    expect(options.map(([flags]) => flags)).toEqual(expect.arrayContaining([...ofModels]));
  });

  it('lists the options of compare, with their defaults', async () => {
    const rows = rowsUnder(page, 'Compare two models').map(([flags, , value = '']) => [flags, value]);
    expect(rows).toEqual((await optionsOf(compareCommand)).map(({ flags, value }) => [code(flags), value]));
  });

  it.each([
    ['untrained', 'Untrained tokens', untrainedCommand],
    ['tokens', 'Two tokenizers', tokensCommand],
  ] as const)('lists the options of %s, with their defaults', async (_, heading, program) => {
    const rows = rowsUnder(page, heading).map(([flags, , value = '']) => [flags, value]);
    const options = (await optionsOf(program)).map(({ flags, value }) => [code(flags), value]);
    const own = options.filter(([flags = '']) => !ofModels.includes(flags));
    expect(rows).toEqual(own);
    expect(options.map(([flags]) => flags)).toEqual(expect.arrayContaining([...ofModels]));
  });

  it('lists the options of the server for agents on the page about them', async () => {
    const options = await optionsOf(mcp);
    const rows = rowsUnder('docs/8-agents.md', 'Options').map(([flags, , value = '']) => [flags, value]);
    const own = options.filter(({ flags }) => !ofModels.includes(code(flags)) && !/^--(version|help)$/.test(flags));
    expect(rows).toEqual(own.map(({ flags, value }) => [code(flags), value && Number(value).toLocaleString('en')]));
    expect(options.map(({ flags }) => code(flags))).toEqual(expect.arrayContaining([...ofModels]));
  });

  it('lists the experiments of the lab, with their options', async () => {
    const shared = [...ofModels, '`--json`', '`--help`'];
    const rows = await Promise.all(
      experiments.map(async (name) => {
        const own = (await optionsOf(lab, name)).filter(({ flags }) => !shared.includes(code(flags)));
        const said = own.map(({ flags, value }) => code(`${flags.replace(/ <.*/, '')}${value && ` ${value}`}`));
        return [code(name), commands[name].description, said.join(', ') || 'none'];
      }),
    );
    expect(rowsUnder(page, 'Experiments')).toEqual(rows);
  });

  it.each(['README.md', ...pagesIn('docs')])('has in %s only options that the commands know', async (file) => {
    for (const [, name = '', rest = ''] of textOf(file).matchAll(/(?:run -s|vectorscope) (inspect|lab|compare|mcp|untrained)\b([^`\n]*)/g)) {
      const args = rest.replace(' -- ', ' ').trim();
      const experiment = name === 'lab' && args !== '…' ? args.split(' ').slice(0, 1) : [];
      const known = (await optionsOf(programs[name as keyof typeof programs], ...experiment)).map(({ flags }) =>
        flags.replace(/ .*/, ''),
      );
      const given = args.match(/(?<![\w-])--[a-z][a-z-]*/g) ?? [];
      expect(given.filter((option) => !known.includes(option)), `${name} ${args}`).toEqual([]);
    }
  });
});
