import { host } from '#host';
import * as vscode from 'vscode';
import { here } from '../../shared/consent';
import { modelKey, type LoadRequest } from '../../shared/model';
import { sentenceOf } from '../../tools/arguments';
import { fit, type Budget } from '../../tools/fit';
import { tools } from '../../tools/list';
import { groupedCount } from '../../tools/text';
import type { Tool } from '../../tools/tool';
import type { Parts } from '../parts';
import { toolsUseServers } from '../settings';
import type { Shown } from '../shown';
import { Asking, PreparedCalls } from './asking';
import { prepared } from './prepared';

const mcpProvider = 'vectorscope.mcp';

/** The part of the editor's interface for MCP servers that is used here; it came after the version we build for. */
interface McpInterface {
  readonly McpStdioServerDefinition?: new (
    label: string,
    command: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    version: string,
  ) => object;
  readonly lm?: {
    registerMcpServerDefinitionProvider?(
      id: string,
      provider: {
        readonly onDidChangeMcpServerDefinitions: vscode.Event<void>;
        provideMcpServerDefinitions(): readonly object[];
      },
    ): vscode.Disposable;
  };
}

/** Offers `vectorscope mcp` with the chosen model to the editor, if the editor can start MCP servers. */
function registerMcpServer(
  { extensionUri, extension }: vscode.ExtensionContext,
  wanted: () => LoadRequest,
  shown: Shown,
): readonly vscode.Disposable[] {
  const { McpStdioServerDefinition: Definition, lm } = vscode as McpInterface;
  if (host.kind !== 'node' || !Definition || !lm?.registerMcpServerDefinitionProvider) return [];
  const program = vscode.Uri.joinPath(extensionUri, 'dist', 'node', 'vectorscope.mjs').fsPath;
  const { version } = extension.packageJSON as { readonly version: string };
  // The editor keeps the definitions until it is told of others.
  const changed = new vscode.EventEmitter<void>();
  return [
    changed,
    shown.onDidChange(({ model }) => {
      if (model) changed.fire();
    }),
    lm.registerMcpServerDefinitionProvider(mcpProvider, {
      onDidChangeMcpServerDefinitions: changed.event,
      provideMcpServerDefinitions() {
        const request = wanted();
        // The editor asks the user before it starts a server, but not before each call: no text is sent away here.
        if (!here(request)) return [];
        const { path, geometryOnly } = request;
        const args = [program, 'mcp', '--model', path, ...(geometryOnly ? ['--geometry'] : [])];
        return [new Definition('Vectorscope', process.execPath, args, { ELECTRON_RUN_AS_NODE: '1' }, version)];
      },
    }),
  ];
}

/** Characters of an answer at most where the caller states no budget. */
const longestAnswer = 40_000;

/** The tools for language models in the editor's chat. An editor without that interface gets none. */
export function registerTools(parts: Parts): readonly vscode.Disposable[] {
  const { engine, worker, controller, wanted, context, shown } = parts;
  const asking = new Asking({
    engine,
    wanted,
    ready: () => controller.ready(),
    model: () => controller.state.model,
    isLoaded: () => controller.state.loaded,
    idle: (signal) => worker.idle(signal),
    mayUseServers: toolsUseServers,
  });
  const calls = new PreparedCalls();
  // Other editors build on versions of VS Code that have no such interface, whatever the types say.
  const lm = vscode.lm as Partial<typeof vscode.lm> | undefined;
  return [
    ...(lm?.registerTool ? tools.map((tool) => registerTool(tool, { asking, calls, wanted })) : []),
    ...registerMcpServer(context, wanted, shown),
  ];
}

/** The name of a tool in the editor, where all extensions share the names. */
export const editorName = (tool: Pick<Tool, 'name'>): string => `vectorscope_${tool.name}`;

interface Asked extends Pick<Parts, 'wanted'> {
  readonly asking: Asking;
  readonly calls: PreparedCalls;
}

const registerTool = (tool: Tool, { asking, calls, wanted }: Asked): vscode.Disposable =>
  vscode.lm.registerTool<unknown>(editorName(tool), {
    prepareInvocation({ input }) {
      const request = wanted();
      const shown = prepared(tool, input, request, toolsUseServers());
      calls.prepared(tool, input, shown.confirmationMessages ? modelKey(request) : null);
      return shown;
    },
    async invoke({ input, tokenizationOptions }, token) {
      const agreed = calls.invoked(tool, input);
      const controller = new AbortController();
      const listening = token.onCancellationRequested(() => controller.abort());
      if (token.isCancellationRequested) controller.abort();
      try {
        const answer = await asking.ask(tool, input, agreed, controller.signal);
        return said((await fit(answer, budgetOf(tokenizationOptions, token))).text);
      } catch (error) {
        if (controller.signal.aborted) throw new vscode.CancellationError();
        // The editor would log an error that is thrown, with the arguments and the text in them.
        return said(sentenceOf(error));
      } finally {
        listening.dispose();
      }
    },
  });

const budgetOf = (
  options: vscode.LanguageModelToolTokenizationOptions | undefined,
  token: vscode.CancellationToken,
): Budget =>
  options
    ? {
        most: options.tokenBudget,
        count: (text) => options.countTokens(text, token),
        origin: `The chat allows ${groupedCount(options.tokenBudget)} tokens for this answer.`,
      }
    : {
        most: longestAnswer,
        count: (text) => text.length,
        origin: `The budget is ${groupedCount(longestAnswer)} characters.`,
      };

const said = (text: string): vscode.LanguageModelToolResult =>
  new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
