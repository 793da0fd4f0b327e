import { describe, expect, test } from 'vitest';
import { readLink } from '../../../src/page/link';
import { defaultView, keptView, parseKeptState } from '../../../src/shared/kept';
import { roomNames, roomOf, rooms } from '../../../src/shared/rooms';
import { english } from '../../../src/shared/translator';
import { openRoom, roomsOf } from '../../../src/webview/rooms';
import { sections, sectionsIn } from '../../../src/webview/sections';

const all = sections.map(({ id }) => id);

describe('the rooms', () => {
  test('hold every section once, in the order of the page', () => {
    expect(rooms.flatMap((room) => sectionsIn(room).map(({ id }) => id))).toEqual(all);
    for (const room of rooms) for (const { id } of sectionsIn(room)) expect(roomOf(id)).toBe(room);
  });

  test('have short names that stand in the long ones, so that speech finds both', () => {
    for (const { long, short } of Object.values(roomNames(english)))
      expect(long.toLowerCase()).toContain(short.toLowerCase());
  });

  test('are those with something to show', () => {
    expect(roomsOf(all)).toEqual(rooms);
    expect(roomsOf(['tokens', 'lab'])).toEqual(['text', 'lab']);
    expect(roomsOf([])).toEqual([]);
  });

  test('open as chosen, or with the first that has something to show', () => {
    expect(openRoom('layers', all)).toBe('layers');
    expect(openRoom('point', ['tokens', 'token'])).toBe('text');
    expect(openRoom('prediction', [])).toBe('prediction');
  });
});

describe('the room that is open', () => {
  const { room: _room, ...earlier } = defaultView;
  const kept = { uri: 'a', start: 0, end: 3, position: null, tokenId: null };
  const options = { context: false, plain: false, centred: false, space: 'input', colouring: 'size' };

  test('is the first in a state that an earlier version kept', () => {
    expect(parseKeptState({ ...kept, options, view: earlier })?.view.room).toBe('point');
    expect(keptView({ view: earlier })?.room).toBe('point');
  });

  test('comes back with a state that was kept', () => {
    expect(parseKeptState({ ...kept, options, view: { ...earlier, room: 'layers' } })?.view.room).toBe('layers');
  });

  test.each([
    ['room=layers', 'layers'],
    ['room=next-token', 'prediction'],
    ['section=journey', 'layers'],
    ['section=nothing', 'point'],
    ['', 'point'],
  ])('of a link with “%s” is %s', (rest, room) => {
    expect(readLink(`text=abc&${rest}`)?.kept.view.room).toBe(room);
  });
});
