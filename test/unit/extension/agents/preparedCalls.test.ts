import { describe, expect, it } from 'vitest';
import { PreparedCalls } from '../../../../src/extension/agents/asking';
import { model } from '../../../../src/tools/model';
import { predict } from '../../../../src/tools/predict';

const input = { text: 'abc' };

describe('calls between their preparation and their invocation', () => {
  it('keep the model that the user agreed to, once for each preparation', () => {
    const calls = new PreparedCalls();
    calls.prepared(predict, input, 'server');
    calls.prepared(predict, { ...input }, 'server');
    calls.prepared(predict, { text: 'other' }, null);
    expect(calls.invoked(predict, { text: 'abc' })).toBe('server');
    expect(calls.invoked(predict, { text: 'abc' })).toBe('server');
    expect(calls.invoked(predict, { text: 'abc' })).toBe(null);
  });

  it('have no model if nobody was asked, or about another call', () => {
    const calls = new PreparedCalls();
    calls.prepared(predict, input, null);
    calls.prepared(model, undefined, 'server');
    expect(calls.invoked(predict, input)).toBe(null);
    expect(calls.invoked(predict, {})).toBe(null);
    expect(calls.invoked(model, undefined)).toBe('server');
  });

  it.each([[['server', null]], [[null, 'server']], [['server', 'other']]])(
    'have no model if equal ones were prepared for %j, and are forgotten',
    (models) => {
      const calls = new PreparedCalls();
      for (const model of models) calls.prepared(predict, input, model);
      expect(calls.invoked(predict, input)).toBe(null);
      calls.prepared(predict, input, 'server');
      expect(calls.invoked(predict, input)).toBe('server');
    },
  );

  it('are forgotten if a hundred others came since', () => {
    const calls = new PreparedCalls();
    for (let i = 0; i <= 100; i++) calls.prepared(predict, { text: `${i}` }, 'server');
    expect(calls.invoked(predict, { text: '0' })).toBe(null);
    expect(calls.invoked(predict, { text: '1' })).toBe('server');
  });
});
