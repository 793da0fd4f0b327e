import type { Command } from 'commander';
import type { Engine } from '../shared/engine';
import { experiments, type Experiment, type LabRequest, type LabResult } from '../shared/lab';
import { commands } from './experiments';
import { loadEngine, newCommand, version, withModelOptions, type Io, type ModelOptions } from './program';
import { experimentJson } from './provenance';

/** The lab: one command for each experiment, so that its help lists its own options only. */
export async function lab(args: readonly string[], io: Io): Promise<void> {
  const program = newCommand('vectorscope lab', io)
    .description('Runs experiments on a model: what do direction, size and distance decide?')
    .version(version, '--version');
  for (const name of experiments) {
    const command = withModelOptions(
      program
        .command(name)
        .description(commands[name].description)
        .option('--json', 'print one JSON object instead of tables', false),
    );
    command.action(() => perform(io, name, command));
    commands[name].addOptions?.(command);
  }
  await program.parseAsync(args, { from: 'user' });
}

async function perform(io: Io, name: Experiment, command: Command): Promise<void> {
  const { json, ...modelOptions } = command.opts<ModelOptions & { readonly json: boolean }>();
  const { engine, model } = await loadEngine(io, modelOptions);
  const request = await requestOf(name, command, engine);
  const found = await engine.lab(request);
  io.out(json ? await experimentJson(io, engine, model, { ...request, result: found.result }) : tablesOf(found));
}

const requestOf = async <E extends Experiment>(name: E, command: Command, engine: Engine): Promise<LabRequest<E>> => ({
  name,
  options: await commands[name].options(command, engine),
});

const tablesOf = <E extends Experiment>({ name, result }: LabResult<E>): string =>
  `${commands[name].tables(result).join('\n\n')}\n`;
