import * as v from 'valibot';
import * as vscode from 'vscode';
import { capitalised } from '../../shared/format';
import { metricNames } from '../../shared/metrics';
import { predicts } from '../../shared/model';
import { exportable, type PanelState } from '../../shared/panel';
import type { Exporter } from './exporter';
import { isKnown, parts, type Part } from './exportParts';

/**
 * The commands that export the present inspection. Each asks for the part unless the first argument names it (`tokens`,
 * `neighbours`, `predictions`, for a file also `everything`). The second argument of `vectorscope.export` is the URI to
 * write to.
 */
export const registerExport = (exporter: Exporter<vscode.Uri>, state: () => PanelState): vscode.Disposable => {
  const copy = (as: 'markdown' | 'json') => async (given: unknown) => {
    const known = exportable.filter((part) => part === 'tokens' || isKnown(part, state()));
    const part = await partOf(exportable, given, known, vscode.l10n.t('What to copy'));
    if (part) await exporter.copy(part, as, state());
  };
  return vscode.Disposable.from(
    vscode.commands.registerCommand('vectorscope.copyMarkdown', copy('markdown')),
    vscode.commands.registerCommand('vectorscope.copyJson', copy('json')),
    vscode.commands.registerCommand('vectorscope.export', async (given: unknown, to: unknown) => {
      const part = await partOf(parts, given, offered(state()), exportTitle());
      if (part) await exporter.save(part, state(), to instanceof vscode.Uri ? to : undefined);
    }),
  );
};

/**
 * A model that was loaded for its geometry has no predictions, nor has a server that only knows tokens. Neighbours need
 * the matrices.
 */
const offered = ({ text, model }: PanelState): readonly Part[] =>
  text
    ? parts.filter(
        (part) =>
          (part !== 'predictions' || !model || predicts(model)) && (part !== 'neighbours' || model?.sizes !== null),
      )
    : ['tokens'];

/** Asks which part of an inspection to write to a file. */
export const askPart = (): Promise<Part | undefined> => partOf(parts, undefined, parts, exportTitle());

const exportTitle = (): string => vscode.l10n.t('What to export');

/** The part that an argument names, else the only one that is offered, or the one that the user chooses. */
async function partOf<P extends Part>(
  all: readonly P[],
  given: unknown,
  offered: readonly P[],
  placeHolder: string,
): Promise<P | undefined> {
  const named = v.safeParse(v.picklist(all), given);
  if (named.success) return named.output;
  if (offered.length === 1) return offered[0];
  const titles = titlesOfParts();
  const items = offered.map((part) => ({ ...titles[part], part }));
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.part;
}

const titlesOfParts = (): Readonly<Record<Part, { readonly label: string; readonly description: string }>> => ({
  tokens: { label: capitalised(vscode.l10n.t('tokens')), description: vscode.l10n.t('of the text') },
  neighbours: {
    label: capitalised(vscode.l10n.t('neighbours')),
    description: vscode.l10n.t('by {0}', metricNames(vscode.l10n)),
  },
  predictions: {
    label: vscode.l10n.t('Predictions'),
    description: vscode.l10n.t('of the next token, with their factors'),
  },
  everything: {
    label: vscode.l10n.t('Everything'),
    description: vscode.l10n.t('these three, the layers, the point and comparisons'),
  },
});
