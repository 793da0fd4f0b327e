import type { Recorded } from '../extension/inspection/controller';
import type { KeptState } from '../shared/kept';
import { addressOf } from './files';

/** What the page shows to a person who comes without a link. */
export const sample = 'The best way to learn a language is to speak it';

/** Whether the recorded inspection of the sample answers what is asked for, its position aside. */
export const showsRecorded = (text: string, kept: KeptState): boolean =>
  text === sample && kept.end - kept.start === text.length && kept.tokenId === null && isUsual(kept);

const isUsual = ({ options: { context, plain, chat, centred, space }, rooms }: KeptState): boolean =>
  Object.keys(rooms).length === 0 && !context && !plain && chat === null && !centred && space === 'input';

/** The sample's inspection by the model of the site, as a test has written it; null if it cannot be fetched. */
export async function fetchRecorded(): Promise<Recorded | null> {
  try {
    const answer = await fetch(addressOf('sample.json'));
    return answer.ok ? ((await answer.json()) as Recorded) : null;
  } catch {
    return null;
  }
}
