import * as vscode from 'vscode';
import { isCancelled } from '../../shared/errors';
import type { HubFile, HubListing } from '../../shared/hub';
import { serverPlace } from '../../shared/modelName';
import { askChoice, askLive, askText, back, type StepAnswer, type Step } from '../servers/steps';
import type { KeptList } from '../store';
import type { Hub, HubPurpose } from './hub';
import { RepositorySearch } from './repositorySearch';
import { failureRows, type Way, fileRows, repositoryRows, whatRows, type RepositoryChoice } from './rows';

/** A model on the Hub as the user has chosen it. */
export interface AskedModel {
  readonly listing: HubListing;
  readonly file: HubFile;
  readonly what: HubPurpose;
}

export interface HubAsker {
  readonly hub: Hub;
  readonly recent: KeptList<string>;
  openSetting(): unknown;
}

const steps = 3;
export const title = (): string => vscode.l10n.t('Open from the Hub…');

/** Asks for a repository, for a model in it, and for what to fetch. `null` if the user gave up. */
export async function askHub(asker: HubAsker): Promise<AskedModel | null> {
  const text = { typed: '' };
  for (;;) {
    const chosen = await untilAnswered(asker, () => askRepository({ title: title(), step: 1, of: steps }, asker, text));
    if (chosen === undefined || chosen === back) return null;
    for (;;) {
      const found = await untilAnswered(asker, () =>
        askFile({ title: title(), step: 2, of: steps }, asker, chosen.repository),
      );
      if (found === undefined) return null;
      if (found === back) break;
      const { file, listing } = found;
      const what = await askChoice<HubPurpose>(
        { title: title(), step: 3, of: steps, placeholder: vscode.l10n.t('What to fetch from {0}', file.name) },
        whatRows(file),
      );
      if (what === undefined) return null;
      if (what !== back) return { listing, file, what };
    }
  }
}

/** Asks again after the user has done something about a failure. `undefined` if that led elsewhere. */
async function untilAnswered<T extends object>(
  { hub, openSetting }: HubAsker,
  ask: () => Promise<StepAnswer<T | Way>>,
): Promise<StepAnswer<T>> {
  for (;;) {
    const answer = await ask();
    if (answer === 'settings') return void openSetting();
    if (answer === 'token') {
      const { address } = hub;
      const token = await askToken(address);
      if (token !== undefined) hub.offer(address, token);
    } else if (answer !== 'again') return answer;
  }
}

/** `text` keeps what was typed for the next time. */
function askRepository(
  step: Step,
  { hub, recent }: HubAsker,
  text: { typed: string },
): Promise<StepAnswer<RepositoryChoice | Way>> {
  const placeholder = vscode.l10n.t('Name of a repository at {0}', serverPlace(hub.address));
  return askLive<RepositoryChoice | Way>({ ...step, placeholder }, (list) => {
    // Editors that do not know this sort the rows by name.
    Object.assign(list, { value: text.typed, sortByLabel: false });
    const search = new RepositorySearch(
      (query, signal) => hub.search(query, signal),
      (found) => {
        list.busy = found.isBusy;
        list.items = repositoryRows(found, recent.all);
      },
    );
    const listening = list.onDidChangeValue((typed) => search.type((text.typed = typed)));
    search.type(text.typed);
    return [search, listening];
  });
}

/** Asks for one of the models of a repository, which are listed while the step is open. */
function askFile(
  step: Step,
  { hub, recent }: HubAsker,
  repository: string,
): Promise<StepAnswer<Pick<AskedModel, 'listing' | 'file'> | Way>> {
  const placeholder = vscode.l10n.t('Which model of {0}?', repository);
  return askLive<Pick<AskedModel, 'listing' | 'file'> | Way>({ ...step, placeholder }, (list) => {
    list.busy = true;
    list.matchOnDescription = true;
    const controller = new AbortController();
    const show = (listing: HubListing) => {
      const items = fileRows(listing).map(({ chosen: file, ...row }) => ({
        ...row,
        ...(file !== undefined && { chosen: { listing, file } }),
      }));
      list.items = items;
      const usual = items.find(({ chosen }) => chosen?.file.quantisation === 'Q4_K_M');
      list.activeItems = [usual ?? items.find(({ chosen }) => chosen !== undefined)].filter(
        (item) => item !== undefined,
      );
      void recent.add(listing.repository);
    };
    void hub
      .files(repository, controller.signal)
      .then(show)
      .catch((error: unknown) => {
        if (!isCancelled(error)) list.items = failureRows(error);
      })
      .finally(() => void (list.busy = false));
    return [
      { dispose: () => controller.abort() },
      // Only the row about the repository has a button.
      list.onDidTriggerItemButton(() => void vscode.env.openExternal(vscode.Uri.parse(`${hub.address}/${repository}`))),
    ];
  });
}

export interface TokenQuestion {
  readonly title?: string;
  /** A whole sentence. */
  readonly why?: string;
  /** Takes an empty answer too, which means none. */
  readonly mayBeEmpty?: boolean;
}

/** Asks for a token. `undefined` if the user left the question. */
export async function askToken(address: string, question: TokenQuestion = {}): Promise<string | undefined> {
  const place = serverPlace(address);
  const { why = vscode.l10n.t('An access token for your account at {0}.', place), mayBeEmpty = false } = question;
  const kept = vscode.l10n.t('It is kept in the secret storage of the editor and sent only to {0}.', place);
  const answer = await askText({
    title: question.title ?? title(),
    isSecret: true,
    prompt: `${why} ${kept}`,
    placeholder: mayBeEmpty ? vscode.l10n.t('Leave this empty to forget the token') : 'hf_…',
    check: (token) =>
      /^\s*[\x21-\x7e]+\s*$/.test(token) || (mayBeEmpty && token === '')
        ? null
        : vscode.l10n.t('Give only plain letters, numbers and signs, and no spaces.'),
  });
  return answer === back ? undefined : answer?.trim();
}
