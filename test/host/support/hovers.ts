import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated, configure, inspectSelection, open, select } from '../inspecting';
import { links, read } from './markdown';

/**
 * The links of a hover on inspected tokens, whose arguments are the first one's index, the hover's offsets in the
 * inspected text, and all ids.
 */
export const commandsOfToken = ['inspectToken', 'showInPanel', 'copyToken'].map((name) => `vectorscope.${name}`);
export const linksAt = (...given: readonly number[]) =>
  commandsOfToken.map((name) => `command:${name}?${encodeURIComponent(JSON.stringify(given))}`);

/** Runs the command of a link as the editor does. */
export async function click(link: string): Promise<void> {
  const { path, query } = vscode.Uri.parse(link);
  await vscode.commands.executeCommand(path, ...(JSON.parse(query || '[]') as unknown[]));
}

export const hoversAt = (document: vscode.TextDocument, offset: number): Thenable<vscode.Hover[]> =>
  vscode.commands.executeCommand('vscode.executeHoverProvider', document.uri, document.positionAt(offset));

export interface HoverRead {
  readonly lines: readonly string[];
  readonly links: readonly string[];
  readonly offers: readonly string[];
  /** UTF-16 offsets in the document. */
  readonly range: readonly [start: number, end: number];
}

/** The hover at a place, null where there is none; never more than one. */
export async function hoverAt(document: vscode.TextDocument, offset: number): Promise<HoverRead | null> {
  const hovers = await hoversAt(document, offset);
  assert.ok(hovers.length <= 1, `there are ${hovers.length} hovers`);
  const [hover] = hovers;
  if (!hover) return null;
  const [content] = hover.contents;
  assert.ok(content instanceof vscode.MarkdownString && hover.range && hover.contents.length === 1);
  assert.ok(typeof content.isTrusted === 'object', 'it may run the commands that it names, and no other');
  assert.deepEqual([content.supportHtml === true, content.supportThemeIcons === true], [false, false]);
  return {
    lines: read(content.value),
    links: links(content.value),
    offers: content.isTrusted.enabledCommands,
    range: [document.offsetAt(hover.range.start), document.offsetAt(hover.range.end)],
  };
}

export async function mustHover(document: vscode.TextDocument, offset: number): Promise<HoverRead> {
  const hover = await hoverAt(document, offset);
  assert.ok(hover, `there is a hover at ${offset}`);
  return hover;
}

/** Resolves when, from now on, nothing is left to be fetched around the mouse or the cursor. */
export async function prefetched(): Promise<void> {
  const { onDidPrefetch } = await activated();
  await new Promise<void>((resolve) => {
    const listening = onDidPrefetch(() => {
      listening.dispose();
      resolve();
    });
  });
}

/** A hover with neighbours: a hover waits for them only shortly, and has those that are known. */
export async function withNeighbours(document: vscode.TextDocument, offset: number): Promise<HoverRead> {
  const fetched = prefetched();
  await mustHover(document, offset);
  await fetched;
  return mustHover(document, offset);
}

/** Sets one of the extension's settings to its default, where it is not. */
export async function unset(name: string): Promise<void> {
  if (vscode.workspace.getConfiguration('vectorscope').inspect(name)?.globalValue !== undefined)
    await configure(name, undefined);
}

/** The document of the editor that is shown, all of it inspected. */
export async function inspected(text: string): Promise<vscode.TextDocument> {
  const document = await open(text);
  await select(document);
  await inspectSelection();
  return document;
}

export const number = (text: string | undefined): number => Number(text?.replace('−', '-').replace('<', ''));
export const near = (actual: number, expected: number, tolerance: number, what: string) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, expected ${expected}`);
