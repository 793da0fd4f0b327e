import type { Control, Engine } from '../shared/engine';
import { badRequest } from '../shared/errors';
import { isAdded } from '../shared/place';
import { shortened, visible } from './text';

/**
 * The id of a token. A number is an id, and a string the text of one token; an option of the command line also takes an
 * id in digits. `name` is what the caller calls it.
 */
export async function idOf(engine: Engine, given: string | number, name: string, control?: Control): Promise<number> {
  if (typeof given === 'number') return given;
  const isOption = name.startsWith('--');
  if (isOption && /^\d{1,9}$/.test(given)) return Number(given);
  if (given === '')
    throw isOption
      ? badRequest`A token of ${name} is empty; give its id or its text.`
      : badRequest`${name} is empty; give its id or its text.`;
  const { tokens } = await engine.tokenise({ text: given, most: 5 }, control);
  const found = tokens.filter((one) => !isAdded(one));
  const [token, ...others] = found;
  if (token && others.length === 0) return token.id;
  const pieces = isOption
    ? ''
    : `: it is cut into ${found.map(({ id, text }) => `${visible(text)} (${id})`).join(', ')}${tokens.length === 5 ? ' …' : ''}`;
  const hint = given.includes('·')
    ? ' Write a space where a table shows ·.'
    : !isOption && /^\d+$/.test(given)
      ? ' An id is a number without quotes.'
      : '';
  throw badRequest`“${shortened(visible(given), 60)}” is not one token of this model${pieces}; give a text of one token, with its space, or an id.${hint}`;
}
