import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';

/** A client as an agent has it, with a command line as its server. What the server writes to stderr is kept. */
export async function mcpClient(commandLine: string, ...options: readonly string[]) {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [commandLine, 'mcp', ...options],
    stderr: 'pipe',
  });
  let log = '';
  transport.stderr?.on('data', (part: Buffer) => (log += part.toString()));
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  const call = async (name: string, given: Record<string, unknown>, signal?: AbortSignal) => {
    const result = (await client.callTool({ name, arguments: given }, undefined, {
      timeout: 120_000,
      ...(signal && { signal }),
    })) as CallToolResult;
    const [part] = result.content;
    if (part?.type !== 'text') throw new Error('The tool gave no text.');
    return { text: part.text, json: result.structuredContent, isError: result.isError === true };
  };
  return { client, call, log: () => log, close: () => client.close(), transport };
}
