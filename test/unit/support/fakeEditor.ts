// The editor's interface, with a user who answers what it asks:
// `vi.mock('vscode', () => import('…/support/fakeEditor'))` in a test that has `beforeEach(resetEditor)`.
import { vi } from 'vitest';

export * as l10n from '@vscode/l10n';

/**
 * What the user does at a step: types and accepts, looks for something and chooses a row by its words once it is there,
 * accepts what stands there, goes back, or leaves.
 */
export type Act =
  | { readonly text: string }
  | { readonly type?: string; readonly row: string }
  | 'accept'
  | 'back'
  | 'leave';

type Item = string | { readonly title?: string; readonly label?: string };

const fresh = () => ({
  isTrusted: true,
  settings: {} as Record<string, unknown>,
  acts: [] as Act[],
  /** The step and kind of each input that was shown, and whether a click elsewhere closes it. */
  seen: [] as string[],
  titles: [] as string[],
  prompts: [] as string[],
  wrong: [] as string[],
  /** Each message, with its buttons, and the button that is pressed in every one. */
  messages: [] as string[][],
  pressed: undefined as string | undefined,
  /** Happens while a message stands. */
  meanwhile: undefined as (() => void) | undefined,
  said: [] as string[],
  progress: [] as string[],
  /** The rows of the last list, and words of the one that is chosen. */
  items: [] as readonly Item[],
  chosen: undefined as string | undefined,
  /** What dialogs were told, and the paths that they give. */
  dialogs: [] as unknown[],
  opened: undefined as string | undefined,
  saved: '',
  executed: [] as unknown[][],
  keys: new Map<unknown, unknown>(),
  clipboard: '',
  written: new Map<string, string>(),
  /** Why nothing can be written, and the code of what a deletion fails with. */
  full: null as Error | null,
  deleted: [] as string[],
  deleting: undefined as string | undefined,
  commands: new Map<string, (argument?: unknown) => unknown>(),
});

export const editor = fresh();
export const resetEditor = (): void => void Object.assign(editor, fresh());
export const run = (name: string, argument?: unknown) => editor.commands.get(`vectorscope.${name}`)?.(argument);
/** Runs a command whose questions are answered like this, one after the other. */
export const runWith = (name: string, ...acts: (typeof editor)['acts']) => {
  editor.acts = acts;
  return run(name);
};

const nothing = { dispose: () => undefined };
const never = () => nothing;
const titleOf = (item: Item) => (typeof item === 'string' ? item : (item.title ?? item.label ?? ''));
const uri = (path: string) => ({ path, scheme: 'file', toString: () => path });

function listeners() {
  const all = new Set<(value: never) => void>();
  const on = (listener: (value: never) => void) => {
    all.add(listener);
    return { dispose: () => void all.delete(listener) };
  };
  return { on, fire: (value?: unknown) => all.forEach((listener) => listener(value as never)) };
}

/** An input that the next act of the user answers. */
function input(kind: string) {
  const [value, accept, hide, button, itemButton] = [listeners(), listeners(), listeners(), listeners(), listeners()];
  const box = {
    title: '',
    prompt: '',
    step: undefined as number | undefined,
    value: '',
    password: false,
    busy: false,
    validationMessage: '',
    ignoreFocusOut: false,
    buttons: [] as unknown[],
    items: [] as { label: string }[],
    selectedItems: [] as { label: string }[],
    onDidChangeValue: value.on,
    onDidAccept: accept.on,
    onDidHide: hide.on,
    onDidTriggerButton: button.on,
    onDidTriggerItemButton: itemButton.on,
    dispose: () => undefined,
    show() {
      const closes = box.ignoreFocusOut ? [] : ['closes'];
      editor.seen.push([box.step ?? '-', box.password ? 'secret' : kind, ...closes].join(' '));
      editor.titles.push(box.title);
      if (box.prompt !== '') editor.prompts.push(box.prompt);
      void answer(editor.acts.shift() ?? 'leave');
    },
  };
  async function answer(act: Act): Promise<void> {
    await Promise.resolve();
    if (act === 'leave') return hide.fire();
    if (act === 'accept') return accept.fire();
    if (act === 'back') return box.buttons.length > 0 ? button.fire() : undefined;
    const typed = 'text' in act ? act.text : act.type;
    if (typed !== undefined) value.fire((box.value = typed));
    if ('row' in act) {
      const found = () => box.items.find(({ label }) => label.includes(act.row));
      box.selectedItems = [found() ?? (await vi.waitUntil(found))];
    }
    if (box.validationMessage !== '') editor.wrong.push(box.validationMessage);
    accept.fire();
    if (box.validationMessage !== '') hide.fire();
  }
  return box;
}

async function message(sentence: string, ...rest: readonly (Item | { readonly modal: boolean })[]) {
  const buttons = rest.filter((one): one is Item => typeof one === 'string' || !('modal' in one));
  editor.messages.push([sentence, ...buttons.map(titleOf)]);
  editor.meanwhile?.();
  return buttons.find((one) => titleOf(one) === editor.pressed);
}

export const Disposable = { from: never };
export class EventEmitter {
  readonly #listeners = listeners();
  event = this.#listeners.on;
  fire = this.#listeners.fire;
}
export class TreeItem {
  constructor(readonly label: string) {}
}
export class ThemeIcon {
  constructor(readonly id: string) {}
}
export class FileSystemError extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}
export class TabInputText {}
export class TabInputTextDiff {}
export class TabInputTerminal {}
export class TabInputCustom {}
export class TabInputWebview {}
export class TabInputNotebook {}
export const TreeItemCollapsibleState = { None: 0, Collapsed: 1 };
export const ProgressLocation = { Notification: 15 };
export const QuickInputButtons = { Back: {} };
export const QuickPickItemKind = { Separator: -1 };
export const Uri = {
  ...{ file: uri, parse: uri },
  joinPath: (base: { path: string }, name: string) => uri(`${base.path}/${name}`),
};
export const env = {
  language: 'en',
  clipboard: { writeText: async (text: string) => void (editor.clipboard = text) },
};

export const window = {
  tabGroups: { activeTabGroup: { activeTab: undefined } },
  activeTextEditor: undefined,
  visibleTextEditors: [],
  onDidChangeActiveTextEditor: never,
  onDidChangeTextEditorSelection: never,
  createInputBox: () => input('text'),
  createQuickPick: () => input('list'),
  showWarningMessage: message,
  showErrorMessage: message,
  showInformationMessage: message,
  setStatusBarMessage: (text: string) => void editor.said.push(text),
  withProgress: async ({ title }: { title: string }, work: (...all: unknown[]) => Promise<unknown>) => {
    editor.progress.push(title);
    const report = ({ message: words }: { message: string }) => editor.progress.push(words);
    return work({ report }, { onCancellationRequested: never });
  },
  showQuickPick: async (items: readonly Item[]) => {
    const { chosen } = Object.assign(editor, { items });
    return chosen === undefined ? undefined : items.find((item) => titleOf(item).includes(chosen));
  },
  showOpenDialog: async (options: unknown) => {
    editor.dialogs.push(options);
    return editor.opened === undefined ? undefined : [uri(editor.opened)];
  },
  showSaveDialog: async (options: unknown) => {
    editor.dialogs.push(options);
    return uri(`/home/${editor.saved}`);
  },
};

export const commands = {
  registerCommand: (name: string, act: (argument?: unknown) => unknown) => void editor.commands.set(name, act),
  executeCommand: async (...command: unknown[]) => {
    if (command[0] === 'setContext') editor.keys.set(command[1], command[2]);
    else editor.executed.push(command);
  },
};

export const workspace = {
  get isTrusted() {
    return editor.isTrusted;
  },
  workspaceFolders: undefined,
  registerTextDocumentContentProvider: never,
  getConfiguration: () => ({ get: (name: string) => editor.settings[name] ?? '' }),
  fs: {
    isWritableFileSystem: () => true,
    writeFile: async ({ path }: { path: string }, bytes: Uint8Array) => {
      if (editor.full) throw editor.full;
      editor.written.set(path, new TextDecoder().decode(bytes));
    },
    delete: async ({ path }: { path: string }) => {
      editor.deleted.push(path);
      if (editor.deleting !== undefined) throw new FileSystemError(editor.deleting);
    },
  },
};
