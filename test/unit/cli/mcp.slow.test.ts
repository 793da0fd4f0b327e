import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { LATEST_PROTOCOL_VERSION } from '@modelcontextprotocol/sdk/types.js';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Inspection } from '../../../src/shared/inspection';
import { toolsOfServer as tools } from '../../../src/tools/compare';
import { jsonSchema, outputSchema } from '../../../src/tools/list';
import { familyPath } from '../support/families';
import { mcpClient } from '../support/mcpClient';

const text = 'The capital of France is';
const commandLine = fileURLToPath(new URL('../../../bin/vectorscope.mjs', import.meta.url));
const run = promisify(execFile);
/** Small: what the default one adds is that it is taken where none is named. */
const model = familyPath('llama-3');

let agent: Awaited<ReturnType<typeof mcpClient>>;
beforeAll(async () => void (agent = await mcpClient(commandLine, '--longest', '1000000', '--model', model)));
afterAll(() => agent.close());

describe('an agent with the command line as its MCP server', () => {
  it('is told of every tool with its title and schema', async () => {
    const { tools: listed } = await agent.client.listTools();
    const facts = listed.map(({ name, title, inputSchema, outputSchema }) => [name, title, inputSchema, outputSchema]);
    expect(facts).toEqual(tools.map((tool) => [tool.name, tool.title, jsonSchema(tool), outputSchema(tool)]));
    for (const { annotations } of listed) expect(annotations).toMatchObject({ readOnlyHint: true });
  });

  it('gets eight answers at once, but for the three that it cancels', async () => {
    const texts = Array.from({ length: 8 }, (_, i) => `${text} ${'very '.repeat(i)}`);
    const alone = await Promise.all([0, 7].map((i) => agent.call('predict', { text: texts[i], top: 3 })));
    const controllers = texts.map(() => new AbortController());
    const calls = texts.map((text, i) => agent.call('predict', { text, top: 3 }, controllers[i]?.signal));
    const settled = Promise.allSettled(calls);
    const cancelled = [1, 4, 6];
    for (const i of cancelled) controllers[i]?.abort();
    const results = await settled;
    results.forEach((result, i) => {
      expect([i, result.status]).toEqual([i, cancelled.includes(i) ? 'rejected' : 'fulfilled']);
      if (result.status !== 'fulfilled') return;
      expect(result.value.isError).toBe(false);
      const { tokens } = result.value.json as unknown as Inspection;
      expect(tokens.map((token) => token.text).join('')).toBe(texts[i]);
    });
    expect([0, 7].map((i) => results[i])).toEqual(alone.map((value) => ({ status: 'fulfilled', value })));
  });

  it('is told what to change, and the log has none of the text', async () => {
    const secret = 'a text that nobody may log';
    expect(await agent.call('predict', { text: secret, top: 0 })).toEqual({
      text: 'top is 0. Give a whole number from 1 to 1000.',
      isError: true,
    });
    const { text: refused, isError } = await agent.call('neighbours', { token: secret });
    expect([refused, isError]).toEqual([
      expect.stringContaining('is not one token of this model: it is cut into a ('),
      true,
    ]);
    expect(await agent.call('Tokens', {})).toMatchObject({
      text: 'There is no tool of this name. The tools are tokens, predict, continue, neighbours, why, look, find, model, matters.',
    });
    expect(agent.log()).toContain('The tool neighbours failed: bad-request\n');
    expect(agent.log()).not.toContain('nobody');
  });

  it('is started by the lines of the guide, with the default model', async () => {
    const page = readFileSync(new URL('../../../docs/8-agents.md', import.meta.url), 'utf8');
    const [, block = ''] = /```json\n(\{\n {2}"mcpServers".*?)```/s.exec(page) ?? [];
    const { mcpServers } = JSON.parse(block) as {
      readonly mcpServers: { readonly vectorscope: { readonly command: string; readonly args: readonly string[] } };
    };
    const { command, args } = mcpServers.vectorscope;
    const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[\\/]$/, '');
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(
      new StdioClientTransport({ command, args: args.map((one) => one.replace('/path/to/vectorscope', root)) }),
    );
    expect((await client.listTools()).tools).toHaveLength(tools.length);
    const answer = await client.callTool({ name: 'model', arguments: {} });
    expect(JSON.stringify(answer.content)).toContain('SmolLM2-135M-Instruct · Q4_1: 49,152 tokens');
    await client.close();
  });

  it('gets its answers from a process whose input has ended, and the process ends', async () => {
    const request = (id: number, method: string, params: object) => ({ jsonrpc: '2.0', id, method, params });
    const clientInfo = { name: 'test', version: '1' };
    const messages = [
      request(1, 'initialize', { protocolVersion: LATEST_PROTOCOL_VERSION, capabilities: {}, clientInfo }),
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      request(2, 'tools/call', { name: 'tokens', arguments: { text: 'of a' } }),
      request(3, 'tools/call', { name: 'predict', arguments: { text: 'of a' } }),
    ];
    const running = run(process.execPath, [commandLine, 'mcp', '--model', model]);
    running.child.stdin?.end(messages.map((message) => `${JSON.stringify(message)}\n`).join(''));
    const { stdout } = await running;
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly id: number });
    expect(answers.map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(stdout).toMatch(/the text has \d+ tokens\./);
  });

  it('gets answers no longer than --longest', async () => {
    const small = await mcpClient(commandLine, '--longest', '2000', '--model', model);
    const { text: answer, json } = await small.call('predict', { text, top: 300 });
    expect(answer.length + JSON.stringify(json).length).toBeLessThanOrEqual(2000);
    expect(answer).toMatch(/of \d+ predictions.*\. For whole lists, call again with a smaller top or a shorter text\./);
    expect(answer).toContain(
      'The budget is 2,000 characters. The user can raise it: the option --longest of vectorscope mcp.',
    );
    await small.close();
  });
});
