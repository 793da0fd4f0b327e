import * as v from 'valibot';
import { EngineError, modelMissing, modelUnsupported, said } from '../../shared/errors';
import type { Said, SaidValue } from '../../shared/said';
import { whenAgain } from '../servers/faults';

/** The part of a failed answer that says why it failed. */
interface Refusal {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
}

/** What was asked for, in words for a person. */
export interface HubQuestion {
  /** Host of the Hub: `huggingface.co`. */
  readonly host: string;
  readonly hasToken: boolean;
  readonly repository?: string;
  readonly file?: string;
}

const failed = (...sentence: Parameters<typeof said>): EngineError =>
  new EngineError('fetch-failed', said(...sentence));

/** The error for an answer that is neither a success nor a redirect. */
export function refused(answer: Refusal, asked: HubQuestion): EngineError {
  const { host, repository, file } = asked;
  const code = answer.headers.get('x-error-code');
  switch (answer.status) {
    case 401:
    case 403:
      return forbidden(code, asked);
    case 404:
      return code === 'EntryNotFound' && file !== undefined
        ? modelMissing`${repository} has no file ${file}. Choose another file.`
        : unknownRepository(asked);
    case 429:
      return failed`${host} does not answer any more requests for now. ${whenHubAnswers(answer)}`;
    default:
      return failed`${host} answered with the status ${answer.status}. Check the address of the Hub, or try again later.`;
  }
}

function forbidden(code: string | null, asked: HubQuestion): EngineError {
  const { host, hasToken, repository } = asked;
  if (repository === undefined || (code !== 'GatedRepo' && hasToken))
    return new EngineError(
      'token-needed',
      !hasToken
        ? said`${host} answers only requests with an access token. Create one in the settings of your account there.`
        : said`${host} refuses the token. Create a new one in the settings of your account there.`,
    );
  if (code !== 'GatedRepo') return unknownRepository(asked);
  return new EngineError(
    'token-needed',
    said`${repository} is gated. Ask for access on its page at ${host}, then give a token of your account.`,
  );
}

const unknownRepository = ({ host, repository }: HubQuestion): EngineError =>
  repository === undefined
    ? failed`${host} is not the Hub of Hugging Face or a mirror of it. Check the address of the Hub.`
    : modelMissing`${host} has no repository ${repository}. Check its name; a private one needs a token that may read it.`;

/** The Hub itself tells the seconds in `RateLimit` too. */
const whenHubAnswers = ({ headers }: Refusal): Said =>
  whenAgain(headers.get('retry-after') ?? /\bt=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1] ?? null);

export class Unreachable extends EngineError {
  constructor(host: string) {
    super(
      'fetch-failed',
      said`${host} cannot be reached. Check the connection and the address of the Hub, then try again.`,
    );
  }
}

export const silent = (host: string, seconds: number): EngineError =>
  failed`${host} sent nothing for ${seconds} seconds. Try again; what was read is kept.`;

export const endless = (host: string): EngineError => failed`${host} takes too long to send a list. Try again later.`;

export const brokenOff = (host: string, file: string): EngineError =>
  failed`The connection to ${host} broke while ${file} was read. Try again; what was read is kept.`;

/** A value in an answer that the Hub would not give. `expected` is written in signs. */
export const notTheHub = (host: string, field: string, found: SaidValue, expected: SaidValue): EngineError =>
  failed`${host} sent an invalid answer: ${field} is ${found}; expected: ${expected}. Check the address of the Hub, or try again later.`;

export const notTheHubIn = (host: string, issue: v.BaseIssue<unknown>): EngineError =>
  notTheHub(host, v.getDotPath(issue) ?? 'JSON', issue.received.slice(0, 80), issue.expected ?? '…');

export const noRanges = (host: string, file: string): EngineError =>
  failed`${host} sends ${file} only as a whole, so its geometry cannot be read by itself. Use another address of the Hub.`;

/** What was read belongs to a file that is no longer there. */
export class ChangedOnHub extends EngineError {
  constructor(host: string, file: string) {
    super(
      'fetch-failed',
      said`${file} changed on ${host} while it was read, so the bytes read so far were thrown away. Try again to read the new file.`,
    );
  }
}

export const wrongHash = (file: string, found: string, expected: string): EngineError =>
  failed`${file} has the SHA-256 ${found.slice(0, 12)}…, expected ${expected.slice(0, 12)}…: it was changed or damaged on the way and was not kept. Try again.`;

export const noModels = (repository: string): EngineError =>
  modelMissing`${repository} has no model files: neither GGUF nor safetensors with a config.json. Choose another repository.`;

export const picklesOnly = (repository: string): EngineError =>
  modelUnsupported`${repository} has its weights only as pickles, which can run programs when they are read, so Vectorscope never reads them. Choose a repository with GGUF or safetensors files.`;
