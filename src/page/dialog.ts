export interface DialogAnswer {
  /** What the button says. */
  readonly text: string;
  readonly value: string;
}

/**
 * Asks a question with a button for each answer, and one more that gives up. Resolves with the value of the chosen
 * answer, or `undefined` if the user gives up.
 */
export async function askInDialog(
  question: string,
  answers: readonly DialogAnswer[],
  givesUp: string,
): Promise<string | undefined> {
  const before = document.activeElement;
  const dialog = document.createElement('dialog');
  const form = document.createElement('form');
  form.method = 'dialog';
  const words = document.createElement('p');
  words.id = 'question';
  words.textContent = question;
  dialog.setAttribute('aria-labelledby', words.id);
  form.append(words, ...[...answers, { text: givesUp, value: '' }].map(button));
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener('close', resolve));
  dialog.remove();
  // This may be the panel's frame, which then restores the focus inside it.
  if (before instanceof HTMLElement) before.focus();
  return dialog.returnValue === '' ? undefined : dialog.returnValue;
}

const button = ({ text, value }: DialogAnswer): HTMLButtonElement =>
  Object.assign(document.createElement('button'), { textContent: text, value });
