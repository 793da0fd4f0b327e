import { host } from '#host';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { ModelInfo } from '../../shared/engine';
import { count, percent } from '../../shared/format';
import { serverPlace, modelWordsIn } from '../../shared/modelName';
import type { ServerAgreement, Served, ServerInfo } from '../../shared/server';
import type { ChosenServer } from './remembered';
import type { ModelFact, Row } from './row';

const words = modelWordsIn(vscode.l10n);

/** The sentences of the list of models, in the language of the editor. */
export const rowWords = {
  ...words,
  inUse: () => vscode.l10n.t('in use'),
  compared: () => vscode.l10n.t('compared'),
  shipped: () => vscode.l10n.t('comes with Vectorscope'),
  bySetting: () => vscode.l10n.t('named by the setting vectorscope.modelFile'),
  missing: () => vscode.l10n.t('not there'),
  damaged: () => vscode.l10n.t('damaged'),
  /** The model on the Hub of which only the geometry was read. */
  ofWhole: (size: string) => vscode.l10n.t('of {0} on the Hub', size),
  facts: {
    ...words.facts,
    verdict: () => (host.kind === 'web' ? vscode.l10n.t('In this browser') : vscode.l10n.t('On this machine')),
    repository: () => vscode.l10n.t('Hub'),
    whole: () => vscode.l10n.t('Whole model'),
  },
};

export interface ServerStanding {
  readonly isInUse: boolean;
  readonly isRemembered: boolean;
}

/**
 * A model on a server in the list. Nobody asks the server for it: only the model that was loaded last has facts beside
 * what the user has chosen.
 */
export function serverRowOf(
  { path, name }: { readonly path: string; readonly name: string },
  server: ChosenServer,
  loaded: Pick<ModelInfo, 'name' | 'server'> | null,
  { isInUse, isRemembered }: ServerStanding,
): Row {
  const place = serverPlace(server.address);
  const info = isInUse && loaded?.server?.address === server.address ? loaded.server : null;
  const label = info && loaded ? loaded.name : name;
  return {
    path,
    label,
    description: [...(label === place ? [] : [place]), ...(info ? [info.kind, givesInWords(info.gives)] : [])].join(
      ' · ',
    ),
    icon: isInUse ? 'check' : 'server',
    facts: factsOf(server, info),
    details: [...(isInUse ? [vscode.l10n.t('in use')] : []), vscode.l10n.t('A server runs this model.')],
    can: [
      ...(isInUse ? [] : (['load'] as const)),
      ...(['key', 'matrices'] as const),
      ...(isRemembered && !isInUse ? (['forget'] as const) : []),
    ],
    isServer: true,
  };
}

const givesInWords = (gives: Served): string =>
  ({
    hidden: () => vscode.l10n.t('h at every position'),
    listed: () => vscode.l10n.t('likeliest tokens'),
    tokens: () => vscode.l10n.t('tokens only'),
  })[gives]();

/** How well a server and its matrices agree: `agree within 0.4 %`. */
export const agreementInWords = ({ largest }: ServerAgreement): string =>
  vscode.l10n.t('agree within {0}', percent(100 * largest, 1));

function factsOf({ address, matrices }: ChosenServer, info: ServerInfo | null): readonly ModelFact[] {
  const values: readonly (readonly [name: string, label: string, value: string | null])[] = [
    ['address', vscode.l10n.t('Address'), address],
    ['server', vscode.l10n.t('Server'), info?.kind ?? null],
    ['serverModel', vscode.l10n.t('Its name there'), info?.model ?? null],
    ['gives', vscode.l10n.t('It gives'), info && givesInWords(info.gives)],
    [
      'serverContext',
      vscode.l10n.t('Context'),
      typeof info?.contextLength === 'number' ? vscode.l10n.t('{0} tokens', count(info.contextLength)) : null,
    ],
    ['from', vscode.l10n.t('Matrices from'), matrices === undefined ? vscode.l10n.t('no file') : basename(matrices)],
    ['agreement', vscode.l10n.t('Server and matrices'), info?.agreement ? agreementInWords(info.agreement) : null],
  ];
  return values.flatMap(([name, label, value]) => (value === null ? [] : [{ name, label, value }]));
}
