import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveTools } from '../../../src/cli/mcp';
import { localEngine } from '../../../src/engine/localEngine';
import type { PositionInBoth, RowsInBoth, Sums } from '../../../src/shared/both';
import { toolsOfTwo } from '../../../src/tools/compare';
import { familyPath } from '../support/families';

const text = 'The capital of France is';

/** An agent and a server in this process, which was started with these models. */
async function agentWith(model: string, against: string, longest = 40_000) {
  const io = {
    out: () => {},
    err: () => {},
    readInput: () => '',
    createEngine: () => localEngine(),
    env: () => undefined,
  };
  const [clientEnd, serverEnd] = InMemoryTransport.createLinkedPair();
  const served = serveTools(serverEnd, io, { model, against, geometry: false, idle: 0, longest });
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(clientEnd);
  return {
    client,
    async compare(given: Record<string, unknown>, name = 'compare') {
      const {
        content,
        structuredContent,
        isError = false,
      } = (await client.callTool({
        name,
        arguments: given,
      })) as CallToolResult;
      const [part] = content;
      return { said: part?.type === 'text' ? part.text : '', json: structuredContent as unknown as Answered, isError };
    },
    async close() {
      await client.close();
      await served;
    },
  };
}

interface Answered {
  readonly sentence: string;
  readonly sums: Sums;
  readonly position: PositionInBoth;
  readonly rows: readonly RowsInBoth[];
  readonly blame: readonly { readonly kind: string; readonly divergence: number }[];
}

let agent: Awaited<ReturnType<typeof agentWith>>;
beforeAll(async () => void (agent = await agentWith(familyPath('llama-3'), familyPath('llama-yarn'))));
afterAll(() => agent.close());

describe('an agent whose server was started with a second model', () => {
  it('is offered the tool that compares', async () => {
    const { tools } = await agent.client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(toolsOfTwo.map(({ name }) => name));
  });

  it('learns what changed, the sums and the prediction taken apart', async () => {
    const { said, json, isError } = await agent.compare({ text, count: 4 });
    expect(isError).toBe(false);
    const { sentence, sums, position, rows } = json;
    expect(said.startsWith(`${sentence}\n\nA is llama-3 · F16: `)).toBe(true);
    expect([sums.predictions, position.position, rows[0]?.resized.length]).toEqual([4, 4, 4]);
    for (const { logit, parts } of position.tokens)
      expect(parts.angle + parts.hiddenSize + parts.size + parts.bias).toBeCloseTo(logit[1] - logit[0], 3);
  });

  it('may ask for another position, which the text must have', async () => {
    const { position } = (await agent.compare({ text, position: 1 })).json;
    expect(position.position).toBe(1);
    expect(await agent.compare({ text, position: 5 })).toEqual({
      said: 'position is 5. Give 0 to 4.',
      isError: true,
    });
  });

  it('learns which layer did it, the costliest first, with the sentence of the panel', async () => {
    const { said, json } = await agent.compare({ text, by: 'layers', token: 5 }, 'blame');
    expect(said.startsWith(`${json.sentence}\n\nA with one part of B in place`)).toBe(true);
    expect(json.sentence).toMatch(/^Costliest part of llama-yarn: /);
    const costs = json.blame.map(({ divergence }) => divergence);
    expect(costs).toEqual(costs.toSorted((a, b) => b - a));
    expect(new Set(json.blame.map(({ kind }) => kind))).toEqual(new Set(['matrix', 'layer', 'norm']));
  });

  it('gets an answer within its budget, which begins with what changed', async () => {
    const small = await agentWith(familyPath('llama-3'), familyPath('llama-yarn'), 6000);
    const { said, json } = await small.compare({ text, count: 100 });
    expect(said.length + JSON.stringify(json).length).toBeLessThanOrEqual(6000);
    expect(said.startsWith((await agent.compare({ text })).json.sentence.slice(0, 20))).toBe(true);
    expect(said).toMatch(
      /Left out to fit the budget: .*\d+ of \d+ position\.tokens.* call again with a smaller count or a/,
    );
    await small.close();
  });

  it('is told if the second model is not there, as of any other failure', async () => {
    const other = await agentWith(familyPath('llama-3'), 'none.gguf');
    expect(await other.compare({ text })).toEqual({
      said: expect.stringMatching(/^There is no file none\.gguf\./) as string,
      isError: true,
    });
    await other.close();
  });
});
