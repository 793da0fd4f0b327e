import * as vscode from 'vscode';
import { EngineError, type ErrorCode } from '../../shared/errors';
import { count, fileSize, plural } from '../../shared/format';
import type { HubFile, HubListing, HubRepository } from '../../shared/hub';
import { failureSentence } from '../failures';
import { withoutIcons } from '../plainText';
import type { StepChoice } from '../servers/steps';
import type { HubPurpose } from './hub';
import { exactName, type Found } from './repositorySearch';

/** What to do about a failure. */
export type Way = 'again' | 'token' | 'settings';

/** What can be done about a failure, the best first. */
export const waysOf = (error: unknown): readonly Way[] =>
  (error instanceof EngineError ? special[error.code] : undefined) ?? ['again'];

const special: Readonly<Partial<Record<ErrorCode, readonly Way[]>>> = {
  'token-needed': ['token'],
  'bad-request': ['settings'],
  // A private repository is not there for somebody without a token.
  'model-missing': ['token', 'again'],
  'model-unsupported': [],
};

const words: Readonly<Record<Way, () => { readonly label: string; readonly icon: string }>> = {
  again: () => ({ label: vscode.l10n.t('Try Again'), icon: 'refresh' }),
  token: () => ({ label: vscode.l10n.t('Give a Token…'), icon: 'key' }),
  settings: () => ({ label: vscode.l10n.t('Open Settings'), icon: 'gear' }),
};

export const labelOf = (way: Way): string => words[way]().label;

/** A failure in place of a list. A row has room for one short sentence, so the rest of them stands below. */
export function failureRows(error: unknown): readonly StepChoice<Way>[] {
  const sentence = withoutIcons(failureSentence(error));
  const [, first = sentence, rest] = /^(.*?\.) (.*)$/.exec(sentence) ?? [];
  return [
    { label: `$(error) ${first}`, ...(rest !== undefined && { detail: rest }), alwaysShow: true },
    ...waysOf(error).map((way) => {
      const { label, icon } = words[way]();
      return { label: `$(${icon}) ${label}`, alwaysShow: true, chosen: way };
    }),
  ];
}

export interface RepositoryChoice {
  readonly repository: string;
}

/** The repositories in the order of the Hub, after those that were opened before. */
export function repositoryRows(
  { query, isBusy, repositories, failure }: Found,
  recent: readonly string[],
): readonly StepChoice<RepositoryChoice | Way>[] {
  const fits = (name: string) => name.toLowerCase().includes(query.toLowerCase());
  const found = repositories.filter(({ name }) => !isBusy || fits(name));
  const before = recent.filter((name) => fits(name) && !found.some((other) => other.name === name));
  const exact = exactName(query);
  const isKnown = [...before, ...found.map(({ name }) => name)].some(
    (name) => name.toLowerCase() === query.toLowerCase(),
  );
  const named =
    exact !== null && !isKnown
      ? [row(exact, 'arrow-right', vscode.l10n.t('open the repository with exactly this name'))]
      : [];
  const rows = [
    ...(before.length > 0 ? [separator(vscode.l10n.t('opened before'))] : []),
    ...before.map((name) => row(name, 'history', '')),
    ...(found.length > 0 ? [separator(vscode.l10n.t('on the Hub'))] : []),
    ...found.map(repositoryRow),
  ];
  if (failure !== null) return [...named, ...rows, ...failureRows(failure)];
  if (named.length + rows.length > 0 || isBusy) return [...named, ...rows];
  return [
    query === ''
      ? hint(vscode.l10n.t('Type a part of a repository’s name, or all of it: owner/name'))
      : hint(vscode.l10n.t('The Hub has no repository with this in its name')),
  ];
}

function repositoryRow({ name, downloads, license, gated }: HubRepository): StepChoice<RepositoryChoice> {
  const facts = [
    vscode.l10n.t('downloads: {0}', count(downloads)),
    ...(license === null ? [] : [license]),
    ...(gated ? [vscode.l10n.t('gated')] : []),
  ];
  return row(name, gated ? 'lock' : 'repo', facts.join(' · '));
}

const row = (name: string, icon: string, description: string): StepChoice<RepositoryChoice> => ({
  label: `$(${icon}) ${withoutIcons(name)}`,
  description: withoutIcons(description),
  alwaysShow: true,
  chosen: { repository: name },
});

const separator = (label: string): StepChoice<never> => ({ label, kind: vscode.QuickPickItemKind.Separator });
const hint = (label: string): StepChoice<never> => ({ label, alwaysShow: true });

/** The page of a repository, for people. */
const openPage = (): vscode.QuickInputButton => ({
  iconPath: new vscode.ThemeIcon('link-external'),
  tooltip: vscode.l10n.t('Open Its Page'),
});

/** The models of a repository below a row about the repository itself. */
export function fileRows({
  license,
  gated,
  renamedFrom,
  repository,
  files,
}: HubListing): readonly StepChoice<HubFile>[] {
  const licence =
    license === null ? vscode.l10n.t('names no licence') : vscode.l10n.t('licence {0}', withoutIcons(license));
  const access = gated ? vscode.l10n.t('gated: needs a token with access') : vscode.l10n.t('open to all');
  return [
    {
      label: `$(${gated ? 'lock' : 'repo'}) ${withoutIcons(repository)}`,
      description: `${licence} · ${access}`,
      ...(renamedFrom !== null && { detail: vscode.l10n.t('{0} was renamed to this.', withoutIcons(renamedFrom)) }),
      buttons: [openPage()],
    },
    separator(
      plural(files.length, {
        one: vscode.l10n.t('{0} model', count(files.length)),
        other: vscode.l10n.t('{0} models', count(files.length)),
      }),
    ),
    ...files.map((file): StepChoice<HubFile> => ({
      label: `$(file) ${withoutIcons(file.name)}`,
      description: factsOf(file).join(' · '),
      chosen: file,
    })),
  ];
}

const factsOf = ({ kind, quantisation, bytes, parts }: HubFile): readonly string[] => [
  quantisation === null ? (kind === 'gguf' ? 'GGUF' : 'safetensors') : withoutIcons(quantisation),
  fileSize(bytes),
  ...(parts === 1 ? [] : [vscode.l10n.t('{0} files', count(parts))]),
];

/** What can be done with a model. */
export const whatRows = ({ bytes }: Pick<HubFile, 'bytes'>): readonly StepChoice<HubPurpose>[] => [
  {
    label: `$(compass) ${vscode.l10n.t('Geometry: tokens, sizes and neighbours')}`,
    detail: vscode.l10n.t('Reads only the tokenizer and the two matrices from {0}.', fileSize(bytes)),
    chosen: 'geometry',
  },
  {
    label: `$(cloud-download) ${vscode.l10n.t('Download: predictions and layers too')}`,
    detail: vscode.l10n.t('Fetches all {0}. The model then runs on this machine.', fileSize(bytes)),
    chosen: 'download',
  },
];
