import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  backendChoice,
  hoverPlace,
  hubAddress,
  idleMinutes,
  modelFileSetting,
  mostContextTokens,
  optionsOfSettings,
  sameBitsSetting,
  serverPatience,
  threadsSetting,
  tokenCountSetting,
  toolsUseServers,
} from '../../../src/extension/settings';
import { defaults } from '../../../src/shared/engine';
import { settings, type Setting } from '../support/manifest';

/** What a person has set, and what the manifest declares. */
const editor = vi.hoisted(() => ({
  values: new Map<string, unknown>(),
  properties: {} as Record<string, unknown>,
}));
vi.mock('vscode', () => ({
  workspace: { getConfiguration: () => ({ get: (name: string) => editor.values.get(name) }) },
  extensions: {
    getExtension: () => ({ packageJSON: { contributes: { configuration: { properties: editor.properties } } } }),
  },
}));

/** Every setting by its name in the manifest, as the extension reads it. */
const read = (): Readonly<Record<string, unknown>> => {
  const { limit, colouring, top, ...options } = optionsOfSettings();
  return {
    ...options,
    tokenLimit: limit,
    colourBy: colouring,
    predictions: top,
    hover: hoverPlace(),
    unloadAfterMinutes: idleMinutes(),
    threads: threadsSetting(),
    sameBits: sameBitsSetting(),
    backend: backendChoice(),
    modelFile: modelFileSetting(),
    hubAddress: hubAddress(),
    toolsUseServers: toolsUseServers(),
    serverPatience: serverPatience(),
    tokenCount: tokenCountSetting(),
  };
};

const declare = (change: (setting: Setting) => Setting = (setting) => setting) => {
  editor.properties = Object.fromEntries(
    [...settings].map(([name, setting]) => [`vectorscope.${name}`, change(setting)]),
  );
};
const defaultsOf = (change: (setting: Setting) => Setting) =>
  Object.fromEntries([...settings].map(([name, setting]) => [name, change(setting).default]));

/** The same setting with another valid default. */
function withOtherDefault(setting: Setting): Setting {
  const { default: value, enum: choices, maximum } = setting;
  if (choices) return { ...setting, default: choices.findLast((choice) => choice !== value) };
  if (typeof value === 'boolean') return { ...setting, default: !value };
  if (typeof value === 'number') return { ...setting, default: value === maximum ? value - 1 : value + 1 };
  return { ...setting, default: '/models/other.gguf' };
}

beforeEach(() => {
  editor.values.clear();
  declare();
});

describe('settings', () => {
  it('have their defaults in the manifest and nowhere else', () => {
    expect(read()).toEqual(defaultsOf((setting) => setting));
    declare(withOtherDefault);
    expect(read()).toEqual(defaultsOf(withOtherDefault));
  });

  it('of a wrong type count as their defaults', () => {
    for (const wrong of [null, {}, [], NaN]) {
      for (const name of settings.keys()) editor.values.set(name, wrong);
      expect(read(), String(wrong)).toEqual(defaultsOf((setting) => setting));
    }
  });

  it('out of range count as the nearest bound, which the manifest gives', () => {
    for (const [bound, far] of [
      ['minimum', -1e9],
      ['maximum', 1e9],
    ] as const) {
      for (const name of settings.keys()) editor.values.set(name, far);
      const numbers = [...settings].filter(([, { type }]) => type === 'integer');
      expect(numbers.length).toBeGreaterThan(4);
      for (const [name, setting] of numbers) expect(read()[name], name).toBe(setting[bound]);
    }
    expect(mostContextTokens()).toBe(settings.get('contextTokens')?.maximum);
  });

  it('can be every choice that the manifest offers', () => {
    for (const [name, { enum: choices = [] }] of settings)
      for (const choice of choices) {
        editor.values.set(name, choice);
        expect(read()[name], name).toBe(choice);
      }
  });

  it('leave the layers on WASM where the same bits are asked for, unless they name another backend', () => {
    editor.values.set('sameBits', true);
    expect(backendChoice()).toBe('wasm');
    editor.values.set('backend', 'onnx');
    expect(backendChoice()).toBe('onnx');
  });

  it('start as the options of the command line do', () => {
    const of = (name: string) => settings.get(name)?.default;
    expect(defaults).toMatchObject({
      limit: of('tokenLimit'),
      contextTokens: of('contextTokens'),
      neighbours: of('neighbours'),
      top: of('predictions'),
      serverPatience: of('serverPatience'),
    });
  });
});
