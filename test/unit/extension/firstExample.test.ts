import { describe, expect, it, vi } from 'vitest';
import type { Contrast, Contrasts } from '../../../src/shared/contrasts';
import { setUp, subject } from '../support/controller';
import { predicted, vocabularyToken } from '../webview/build';

const candidate = { ...predicted(' the', 1, 0.1, 1), logitRank: 1 };
const example = (position: number): Contrast => ({
  position,
  after: vocabularyToken(' of', 5),
  parting: 'all',
  hiddenSize: 40,
  predicted: candidate,
  nearest: candidate,
  aligned: candidate,
});
const examples = (...positions: number[]): Contrasts => ({
  partings: [],
  kind: 'part',
  examples: positions.map(example),
});

function withExamples(...positions: number[]) {
  const set = setUp();
  set.fake.contrasts = examples(...positions);
  const known = () => vi.waitFor(() => expect(set.controller.state.contrasts).not.toBeNull());
  return { ...set, known };
}

describe('the position of the first example', () => {
  it('is the chosen one as soon as the examples are shown, with its numbers', async () => {
    const { controller, changes, known } = withExamples(1, 0);
    await controller.inspect(subject('abcde'));
    expect(controller.state.position).toBe(4);
    await known();
    expect(controller.state).toMatchObject({ position: 1, token: { token: { text: 'b' } } });
    // No state in between has the examples and another position.
    const shown = changes.findIndex(({ contrasts }) => contrasts !== undefined && contrasts !== null);
    expect(changes.findLastIndex(({ position }) => position === 1)).toBeLessThanOrEqual(shown);
  });

  it('of a conversation is one that a person wrote, if there is one', async () => {
    const conversation = '[{"role": "user", "content": "ab"}]';
    // The fake template begins with the name of the role.
    const written = '<user>'.length;
    for (const [positions, chosen] of [
      [[1, written, 0], written],
      [[1, 0], 1],
    ] as const) {
      const { controller, known } = withExamples(...positions);
      await controller.inspectAs(subject(conversation), 'chat');
      await known();
      expect(controller.state.position).toBe(chosen);
    }
  });

  it('is not taken from a user who has chosen another, or a token, or put the cursor there', async () => {
    const choices = [
      ({ controller }: ReturnType<typeof setUp>) => controller.intend({ type: 'choosePosition', position: 2 }),
      ({ controller }: ReturnType<typeof setUp>) => controller.intend({ type: 'chooseToken', id: 120 }),
      ({ controller }: ReturnType<typeof setUp>) => controller.follow(4),
    ];
    for (const choose of choices) {
      const set = withExamples(1);
      const open = set.fake.close('contrasts');
      await set.controller.inspect(subject('abcde'));
      await choose(set);
      const { position, token } = set.controller.state;
      open();
      await set.known();
      expect(set.controller.state).toMatchObject({ position, token });
      expect(position).not.toBe(1);
    }
  });

  it('is not taken where the window was loaded again with another', async () => {
    const { controller, known } = withExamples(1);
    const { options } = controller.state;
    await controller.inspect(subject('abcde'), { options, position: 3, tokenId: null });
    await known();
    expect(controller.state.position).toBe(3);
  });

  it('goes with the examples of the next model while the user chooses none', async () => {
    const { controller, fake, settings, known } = withExamples(1);
    await controller.inspect(subject('abcde'));
    await known();
    fake.contrasts = examples(2);
    settings.path = '/models/second.gguf';
    await controller.modelChanged();
    await known();
    expect(controller.state.position).toBe(2);
  });
});

describe('the examples of a text', () => {
  it('go in the change that shows the next text', async () => {
    const { controller, changes, known } = withExamples(1);
    await controller.inspect(subject('abcde'));
    await known();
    await controller.inspect(subject('vwxyz', { version: 2 }));
    expect(changes.findLast(({ text }) => text)).toMatchObject({ contrasts: null });
  });
});
