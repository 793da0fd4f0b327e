import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { describe, expect, it, vi } from 'vitest';
import { serveTools } from '../../../src/cli/mcp';
import { EngineError } from '../../../src/shared/errors';
import { FakeEngine } from '../support/fakeEngine';

/** A client and a server in this process, over a fake engine. */
async function setUp(more: { readonly server?: string } = {}) {
  const fake = new FakeEngine();
  const log: string[] = [];
  const closed: string[] = [];
  const io = {
    out: () => {},
    err: (text: string) => void log.push(text),
    readInput: () => '',
    createEngine: () => fake.with({ close: async () => void closed.push('closed') }),
    env: () => undefined,
  };
  const [clientEnd, serverEnd] = InMemoryTransport.createLinkedPair();
  let endInput = () => {};
  let isOver = false;
  const options = { geometry: false, idle: 0, longest: 40_000, ...more };
  const served = serveTools(serverEnd, io, options, (listener) => (endInput = listener));
  const over = served.then(() => void (isOver = true));
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(clientEnd);
  const neighbours = (token: number) => client.callTool({ name: 'neighbours', arguments: { token } });
  return { fake, log, closed, client, neighbours, over, isOver: () => isOver, endInput: () => endInput() };
}

describe('the MCP server', () => {
  it('answers the calls under way when its input ends, and then ends', async () => {
    const { fake, closed, neighbours, over, isOver, endInput } = await setUp();
    const { open, done: calls } = await fake.held('neighbours', () => [neighbours(5), neighbours(6), neighbours(7)]);
    endInput();
    open();
    for (const [i, call] of calls.entries())
      expect(await call).toMatchObject({ content: [{ text: expect.stringContaining(`(id ${i + 5})`) as string }] });
    expect(isOver()).toBe(false);
    await over;
    expect(closed).toEqual(['closed']);
  });

  it('answers the call that was read last before its input ended', async () => {
    const { neighbours, over, endInput } = await setUp();
    const call = neighbours(5);
    endInput();
    expect(await call).toMatchObject({ content: [{ text: expect.stringContaining('(id 5)') as string }] });
    await over;
  });

  it('stops its calls when the connection closes', async () => {
    const { fake, closed, client, neighbours, over } = await setUp();
    const { done: call } = await fake.held('neighbours', () => neighbours(5));
    await client.close();
    await expect(call).rejects.toThrow('Connection closed');
    await over;
    expect(closed).toEqual(['closed']);
  });

  it('releases the engine of a load that failed, and tries again', async () => {
    const { fake, closed, log, neighbours, over, endInput } = await setUp();
    fake.failures.set('load', new EngineError('model-missing', 'There is no such file.'));
    expect(await neighbours(5)).toEqual({ content: [{ type: 'text', text: 'There is no such file.' }], isError: true });
    expect([closed, log]).toEqual([['closed'], ['The tool neighbours failed: model-missing\n']]);
    fake.failures.clear();
    expect(await neighbours(5)).not.toHaveProperty('isError');
    endInput();
    await over;
    expect(closed).toHaveLength(2);
  });

  it('says what it waits for without a key to press', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { fake, log, neighbours, over, endInput } = await setUp({ server: 'http://localhost:8080' });
    const { open, done: call } = await fake.held('load', () => neighbours(5));
    vi.advanceTimersByTime(2000);
    vi.useRealTimers();
    expect(log).toEqual(['Waiting for the server at localhost:8080: it has 30 s for its first answer.\n']);
    open();
    await call;
    endInput();
    await over;
  });

  it('tells an agent that asks for it how far a call is, in growing steps of a hundredth', async () => {
    const { fake, client, over, endInput } = await setUp();
    const open = fake.close('neighbours');
    const called = fake.called('neighbours');
    const told: unknown[] = [];
    const call = client.callTool({ name: 'neighbours', arguments: { token: 5 } }, undefined, {
      onprogress: (progress) => told.push(progress),
    });
    await called;
    for (const fraction of [0.2, 0.205, 0.1, 0.9])
      fake.last('neighbours')?.control?.onProgress?.({ stage: 'run', fraction });
    open();
    expect(await call).not.toHaveProperty('isError');
    expect(told).toEqual([
      { progress: 0.2, total: 1 },
      { progress: 0.9, total: 1 },
    ]);
    endInput();
    await over;
  });
});
