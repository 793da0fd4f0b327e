/** Pixels of a section below the header that are enough to see that it changes. */
const leastSeen = 80;

export function isSectionInSight(id: string): boolean {
  const box = document.querySelector(`section[data-section="${id}"]`)?.getBoundingClientRect();
  const top = document.querySelector<HTMLElement>('.panel-head')?.offsetHeight ?? 0;
  return box !== undefined && Math.min(box.bottom, window.innerHeight) - Math.max(box.top, top) >= leastSeen;
}
