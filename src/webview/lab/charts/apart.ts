/**
 * Places of names as near to where they belong as they can be with `room` between any two, from `least` to `most` where
 * there is room.
 */
export function apart(wanted: readonly number[], room: number, least: number, most: number): readonly number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const places = [...wanted];
  let floor = least;
  for (const index of order) {
    places[index] = Math.max(places[index] ?? 0, floor);
    floor = (places[index] ?? 0) + room;
  }
  // What was pushed out below pushes back.
  let ceiling = most;
  for (const index of order.reverse()) {
    places[index] = Math.min(places[index] ?? 0, ceiling);
    ceiling = (places[index] ?? 0) - room;
  }
  return places;
}
