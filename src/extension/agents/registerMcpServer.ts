import { host } from '#host';
import * as vscode from 'vscode';
import { here } from '../../shared/consent';
import type { LoadRequest } from '../../shared/model';
import type { Shown } from '../shown';

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
export function registerMcpServer(
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
