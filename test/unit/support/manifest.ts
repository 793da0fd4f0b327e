import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { initialChoices } from '../../../src/extension/inspection/views';
import type { PanelOptions } from '../../../src/shared/panel';

/** A setting as the manifest declares it. */
export interface Setting {
  readonly default: unknown;
  readonly type: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

const { contributes, version } = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', '..', 'package.json'), 'utf8'),
) as {
  readonly version: string;
  readonly contributes: { readonly configuration: { readonly properties: Readonly<Record<string, Setting>> } };
};

export { version };

/** The settings by their names without the section. */
export const settings: ReadonlyMap<string, Setting> = new Map(
  Object.entries(contributes.configuration.properties).map(([name, setting]) => [
    name.replace('vectorscope.', ''),
    setting,
  ]),
);

const defaultOf = <T>(name: string): T => settings.get(name)?.default as T;

/** The panel's options before a person has set or chosen anything. */
export const initialOptions: PanelOptions = {
  ...initialChoices,
  context: defaultOf('context'),
  contextTokens: defaultOf('contextTokens'),
  centred: defaultOf('centred'),
  limit: defaultOf('tokenLimit'),
  colouring: defaultOf('colourBy'),
  metric: defaultOf('metric'),
  neighbours: defaultOf('neighbours'),
  top: defaultOf('predictions'),
};
