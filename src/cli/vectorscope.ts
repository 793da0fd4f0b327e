import { newCommand, version, type Io, type Program } from './program';

interface Listed {
  readonly name: string;
  readonly description: string;
  /** Loads the program only when it is called: help and version need none. */
  readonly load: () => Promise<Program>;
}

const programs: readonly Listed[] = [
  {
    name: 'inspect',
    description: 'shows a text as a language model does: its tokens, their neighbours and what the model expects next',
    load: async () => (await import('./inspect')).inspect,
  },
  {
    name: 'lab',
    description: 'runs experiments on a model: what do direction, size and distance decide?',
    load: async () => (await import('./lab')).lab,
  },
  {
    name: 'compare',
    description: 'compares two models: did the second one change directions or sizes, where, and how much?',
    load: async () => (await import('./compare')).compareCommand,
  },
  {
    name: 'tokens',
    description: 'cuts a text by the tokenizer of a model and by others: how many tokens, where do they part, and why?',
    load: async () => (await import('./tokens')).tokensCommand,
  },
  {
    name: 'untrained',
    description: 'says which tokens of a model look as if they were never trained',
    load: async () => (await import('./untrained')).untrainedCommand,
  },
  {
    name: 'mcp',
    description: 'answers the tools of an agent over standard input and output (Model Context Protocol)',
    load: async () => (await import('./mcp')).mcp,
  },
];

/** The whole command line: runs one of its programs, or prints help or the version. */
export async function vectorscope(args: readonly string[], io: Io): Promise<void> {
  const [name, ...rest] = args[0] === 'help' ? [...args.slice(1, 2), '--help'] : args;
  const chosen = programs.find((program) => program.name === name);
  if (chosen) return (await chosen.load())(rest, io);
  const command = newCommand('vectorscope', io)
    .description('Shows what a language model sees in a text.')
    .version(version, '--version')
    .helpCommand(false)
    .showHelpAfterError('`vectorscope --help` lists the commands.');
  for (const program of programs)
    command.command(program.name).description(program.description).helpOption(false).usage('…');
  command
    .addHelpText('after', '\n`vectorscope inspect --help` and the like list the options of each.')
    .parse(name === undefined ? [] : [name], { from: 'user' });
}
