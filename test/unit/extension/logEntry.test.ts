import { expect, it } from 'vitest';
import { logEntry } from '../../../src/extension/plainText';
import { RemoteError } from '../../../src/shared/enginePort';
import { EngineError } from '../../../src/shared/errors';
import { trace } from '../../../src/shared/trace';

it('traces an error by its kind and place alone', () => {
  const error = new TypeError('secret\n    at secret (more.ts:1:1)');
  expect(trace(error)).toMatch(/^TypeError\n\s+at /);
  expect(trace(error)).not.toContain('secret');
  expect(trace(error)).toContain('logEntry');
});

it('traces an error of ours with its sentence', () => {
  expect(trace(new EngineError('internal', 'The sum is off.'))).toMatch(
    /^EngineError: The sum is off\.\n\s+at .*logEntry/,
  );
});

it('says of an internal error of the engine what went wrong there', () => {
  expect(
    logEntry(
      new RemoteError('internal', 'The sum is off.', 'EngineError: The sum is off.\n    at sum (engine.ts:1:2)'),
    ),
  ).toBe('internal: EngineError: The sum is off.\n    at sum (engine.ts:1:2)');
});

it('says of an error in the extension where it was thrown, without its message', () => {
  expect(logEntry(new RangeError('secret'))).toMatch(/^internal: RangeError\n\s+at .*logEntry/);
  expect(logEntry('secret')).not.toContain('secret');
});

it('says of any other failure its code and its sentence', () => {
  expect(logEntry(new EngineError('model-missing', 'There is no file.'))).toBe('model-missing: There is no file.');
  expect(logEntry(new RemoteError('model-missing', 'There is no file.', 'a trace'))).toBe(
    'model-missing: There is no file.',
  );
});

it('leaves out the words of an expression', () => {
  expect(logEntry(new EngineError('bad-request', '“secret” is no token.', undefined, [], { from: 0, to: 6 }))).toBe(
    'bad-request: the words of the expression are not logged',
  );
});

it('leaves out the words of a chat template, which may quote the conversation', () => {
  expect(logEntry(new EngineError('template-failed', 'It ends with “secret”.'))).toBe(
    'template-failed: the words of the template are not logged',
  );
});
