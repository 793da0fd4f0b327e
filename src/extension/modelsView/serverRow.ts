import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { ModelInfo } from '../../shared/engine';
import { count, percent } from '../../shared/format';
import { serverPlace } from '../../shared/servedName';
import type { ServerAgreement, Served, ServerInfo } from '../../shared/server';
import type { ChosenServer } from './remembered';
import type { ModelFact, Row } from './row';

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
