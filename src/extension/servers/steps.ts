import * as vscode from 'vscode';

/** The user goes back to the step before. */
export const back = Symbol('back');

/** undefined if the user gave up. */
export type StepAnswer<T> = T | typeof back | undefined;

/** One step of a series. */
export interface Step {
  readonly title: string;
  /** From 1; absent if there is no series. */
  readonly step?: number;
  readonly of?: number;
}

export interface TextStep extends Step {
  readonly prompt: string;
  readonly placeholder: string;
  readonly value?: string;
  /** Shows dots. */
  readonly isSecret?: boolean;
  /** What is wrong with a text, a whole sentence; null if nothing is. */
  check?(text: string): string | null;
}

/** Asks for a line of text. It stays open while the user looks something up elsewhere. */
export function askText({ prompt, placeholder, value = '', isSecret = false, check, ...step }: TextStep) {
  const box = vscode.window.createInputBox();
  Object.assign(box, { prompt, placeholder, value, password: isSecret });
  const wrong = (): string => check?.(box.value) ?? '';
  return shown<string, vscode.InputBox>(box, step, (answer) => [
    // An empty box is no mistake yet.
    box.onDidChangeValue((text) => void (box.validationMessage = text === '' ? '' : wrong())),
    box.onDidAccept(() => {
      box.validationMessage = wrong();
      if (box.validationMessage === '') answer(box.value);
    }),
  ]);
}

export interface StepChoice<T> extends vscode.QuickPickItem {
  readonly chosen?: T;
}

/** Asks for one of several choices. */
export const askChoice = <T>(step: ListStep, choices: readonly StepChoice<T>[]): Promise<StepAnswer<T>> =>
  askLive<T>(step, (list) => {
    Object.assign(list, { items: choices, matchOnDescription: true });
    return [];
  });

export interface ListStep extends Step {
  readonly placeholder: string;
}

/** Asks for one of several choices, which `fill` keeps up to date until the list closes. */
export function askLive<T>(
  { placeholder, ...step }: ListStep,
  fill: (list: vscode.QuickPick<StepChoice<T>>) => readonly vscode.Disposable[],
): Promise<StepAnswer<T>> {
  const list = vscode.window.createQuickPick<StepChoice<T>>();
  list.placeholder = placeholder;
  return shown<T, vscode.QuickPick<StepChoice<T>>>(list, step, (answer) => [
    ...fill(list),
    list.onDidAccept(() => {
      const chosen = list.selectedItems[0]?.chosen;
      if (chosen !== undefined) answer(chosen);
    }),
  ]);
}

/** Shows an input of the editor until it is answered, left or hidden. */
function shown<T, I extends vscode.InputBox | vscode.QuickPick<vscode.QuickPickItem>>(
  input: I,
  { title, step, of }: Step,
  listen: (answer: (answer: T) => void) => readonly vscode.Disposable[],
): Promise<StepAnswer<T>> {
  return new Promise((resolve) => {
    input.title = title;
    input.step = step;
    input.totalSteps = of;
    input.ignoreFocusOut = true;
    if (step !== undefined && step > 1) input.buttons = [vscode.QuickInputButtons.Back];
    const end = (answer: StepAnswer<T>): void => {
      resolve(answer);
      for (const one of listening) one.dispose();
      input.dispose();
    };
    const listening = [
      ...listen(end),
      input.onDidTriggerButton(() => end(back)),
      input.onDidHide(() => end(undefined)),
    ];
    input.show();
  });
}
