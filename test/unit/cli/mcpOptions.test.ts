import { describe, expect, it } from 'vitest';
import { mcp } from '../../../src/cli/mcp';
import { call } from '../support/commandLine';

const createEngine = () => {
  throw new Error('No call was made.');
};

describe('the MCP server', () => {
  it.each([
    [['--server-model', 'm'], 'error: --server-model is about a server. Name one with --server.'],
    [['--server', 'http://localhost:8080', '--geometry'], 'error: --geometry needs no server.'],
    [
      ['--server', 'http://localhost:8080', '--against', 'm.gguf'],
      'error: --against compares two models on this machine.',
    ],
    [['--server', 'nowhere at all'], '“nowhere at all” is not an address.'],
  ])('refuses wrong options before it serves: %j', async (args, sentence) => {
    const ended = await call(mcp, args, { readInput: () => '', createEngine });
    expect(ended).toEqual({
      code: sentence.startsWith('error: ') ? 2 : 1,
      out: '',
      err: expect.stringContaining(sentence) as string,
    });
  });

  it('refuses a model that is not there before it serves', async () => {
    const ended = await call(mcp, ['--model', '/nope.gguf'], { readInput: () => '', createEngine });
    expect(ended).toEqual({ code: 1, out: '', err: 'There is no file /nope.gguf. Choose another model.\n' });
  });
});
