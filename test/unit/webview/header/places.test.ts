import { describe, expect, test } from 'vitest';
import type { PanelState, PanelStatus } from '../../../../src/shared/panel';
import { notices, noticeKey } from '../../../../src/webview/header/notices';
import { empty, model } from '../build';

const places = (state: PanelState) => notices(state).map(({ kind }, _, list) => noticeKey(kind, list));

const failed: PanelStatus = { kind: 'failed', message: 'It was not fetched.', help: 'again' };
const working: PanelStatus = { kind: 'working', what: 'loading', fraction: null, modelBytes: null };

describe('the place of a notice', () => {
  test('is the same for what goes on and what came of it, so that the button below the finger stays', () => {
    for (const status of [failed, working, { kind: 'cancelled' }] as const)
      expect(places({ ...empty, status })[0], status.kind).toBe('now');
    expect(places(empty)).toEqual(['first-steps', 'guide', 'now']);
    expect(places({ ...empty, model, loaded: false, status: { kind: 'ready' } })[0]).toBe('now');
  });

  test('is where the button of a download is, whose progress follows it', () => {
    const download = { name: 'small', bytes: 98e6, from: 'host' };
    const upcoming = { name: 'small', bytes: 98e6, download };
    expect(places({ ...empty, upcoming })).toEqual(['first-steps', 'guide', 'empty', 'now']);
    expect(places({ ...empty, status: { kind: 'not-downloaded', ...download } })).toEqual(['now']);
  });

  test('is a place of one notice alone', () => {
    for (const status of [failed, working, { kind: 'cancelled' }, { kind: 'empty' }, { kind: 'ready' }] as const) {
      for (const outOfDate of [true, false]) {
        const all = places({ ...empty, model, loaded: false, outOfDate, status });
        expect(new Set(all).size, status.kind).toBe(all.length);
      }
    }
    expect(places({ ...empty, model, loaded: false, status: { kind: 'cancelled' } })).toEqual(['now', 'not-loaded']);
  });
});
