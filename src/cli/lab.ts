import type { Command, Option } from 'commander';
import { experiments, type Experiment, type LabRequest } from '../shared/lab';
import { paragraphs } from '../tools/text';
import { commands, type Loaded, printedLab } from './experiments';
import { untilPrinted } from './hints';
import { loadEngine, newCommand, version, withModelOptions, type Io, type ModelOptions } from './program';
import { experimentJson } from './provenance';

/** The lab: one command for each experiment, so that its help lists its own options only. */
export async function lab(args: readonly string[], io: Io): Promise<void> {
  const program = newCommand('vectorscope lab', io)
    .description('Runs experiments on a model: what do direction, size and distance decide?')
    .version(version, '--version');
  for (const name of experiments) {
    const command = program.command(name).description(commands[name].description);
    commands[name].addOptions?.(command);
    const own = [...command.options];
    withModelOptions(command.option('--json', 'print one JSON object instead of tables', false)).action(() =>
      perform(io, name, command, own),
    );
  }
  program.showHelpAfterError('`vectorscope lab --help` lists the experiments.');
  await program.parseAsync(args, { from: 'user' });
}

async function perform(io: Io, name: Experiment, command: Command, own: readonly Option[]): Promise<void> {
  const { json, ...modelOptions } = command.opts<ModelOptions & { readonly json: boolean }>();
  const { engine, model } = await loadEngine(io, modelOptions);
  const request = await requestOf(name, command, { engine, model });
  await untilPrinted(io, `Running ${name}. Press Ctrl+C to stop.`, async ({ out }) => {
    const found = await engine.lab(request);
    if (json) out(await experimentJson(io, engine, model, { ...request, result: found.result }));
    else out(`${paragraphs(...printedLab(found), settingsLine(command, own))}\n`);
  });
}

/** The options of an experiment as they could be typed, the defaults too. */
function settingsLine(command: Command, own: readonly Option[]): string | null {
  const settings = own.flatMap((option) => {
    const value: unknown = command.getOptionValue(option.attributeName());
    return value === undefined ? [] : [`${option.long} ${JSON.stringify(value)}`];
  });
  return settings.length === 0 ? null : `Settings: ${settings.join(' ')}`;
}

const requestOf = async <E extends Experiment>(name: E, command: Command, loaded: Loaded): Promise<LabRequest<E>> => ({
  name,
  options: await commands[name].options(command, loaded),
});
