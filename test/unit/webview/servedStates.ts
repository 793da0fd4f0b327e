import type { PanelState } from '../../../src/shared/panel';
import type { ServerInfo } from '../../../src/shared/server';

/** Without a Latin letter, as the other names on the tests' pages. */
export const server: ServerInfo = {
  address: 'http://№5:8080',
  kind: 'llama.cpp',
  model: '№3',
  gives: 'hidden',
  contextLength: 512,
  agreement: { tokens: 5, largest: 0.004 },
};

/** The same inspection with a list of the likeliest tokens in place of predictions. */
export function listed(state: PanelState): PanelState {
  const { run, prediction } = state;
  if (!run || !prediction) throw new Error('The state has no prediction to list.');
  const positions = Array.from({ length: run.length }, (_, i) => i);
  return {
    ...state,
    prediction: null,
    run: {
      ...run,
      hiddenSize: positions.map(() => null),
      likeliest: positions.map(() => prediction.top.map(({ token, probability }) => ({ token, probability }))),
      listed: { entropyAtMost: positions.map((i) => (i === 0 ? null : 3)), isLeast: positions.map((i) => i === 1) },
    },
  };
}

/** The same inspection without the file of the model. */
export const unsized = ({ token: _, neighbours: __, model, text, ...state }: PanelState): PanelState => ({
  ...state,
  token: null,
  neighbours: null,
  model: model && { ...model, sizes: null, outputSizes: null },
  text: text && { ...text, tokens: text.tokens.map((token) => ({ ...token, size: null, percentile: null })) },
});

/** The same with the sizes of h. */
const withSizes = ({ run, ...state }: PanelState): PanelState => ({
  ...state,
  run: run && { ...run, hiddenSize: run.hiddenSize.map(() => 43) },
});

export function servedStates(full: PanelState): Readonly<Record<string, PanelState>> {
  const of = (state: PanelState, change: Partial<ServerInfo> = {}): PanelState => ({
    ...state,
    journey: null,
    lens: null,
    model: state.model && { ...state.model, trunk: null, server: { ...server, ...change } },
  });
  const lists = { gives: 'listed', agreement: null } as const;
  return {
    'on a server that gives h': of(full),
    'on a server, running': of({
      ...full,
      status: { kind: 'working', what: 'running', fraction: 0.5, modelBytes: null },
    }),
    'on a server that lists tokens': of(listed(full), lists),
    'on another server that lists tokens': of(listed(full), { ...lists, kind: 'OpenAI' }),
    'on a server that lists tokens, without a file': of(unsized(listed(full)), { ...lists, kind: 'vLLM' }),
    'on a server that gives h, without a file': of(withSizes(unsized(listed(full)))),
    'on a server that tells tokens': of(unsized({ ...full, run: null, prediction: null }), {
      gives: 'tokens',
      agreement: null,
    }),
  };
}
