/**
 * What does not fit in a page, each with its place: text that is cut, text on text, a page that scrolls sideways, and
 * parts that scroll inside the page. Runs in the page, so it uses nothing outside of itself.
 */
export async function faults(html: HTMLElement): Promise<string[]> {
  interface Box {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  }
  const view = html.ownerDocument.defaultView;
  const main = html.querySelector('main');
  if (!view || !main) return ['There is no page.'];
  // At the top: further down, heads of tables stay over their rows. What was opened may still grow, or come into sight.
  for (let before = ''; ;) {
    view.scrollTo(0, 0);
    for (let drawn = 0; drawn < 3; drawn++) await new Promise((drawnNow) => view.requestAnimationFrame(drawnNow));
    const now = [view.scrollY, ...[...main.querySelectorAll('section')].map((part) => part.offsetHeight)].join(' ');
    if (now === before) break;
    before = now;
  }
  const found: string[] = [];
  const placeOf = (element: Element): string => {
    const section = element.closest('[data-section]')?.getAttribute('data-section') ?? 'header';
    const name = element.getAttribute('class')?.split(' ').filter(Boolean).join('.') ?? '';
    return `${section}: ${element.localName}${name ? `.${name}` : ''}`;
  };
  const quote = (text: string): string => `“${text.trim().replaceAll(/\s+/g, ' ').slice(0, 40)}”`;
  /** Text for screen readers alone is clipped away, and a column without room has letters without size. */
  const clippedAway = new Map<Element, boolean>();
  const forReaders = (element: Element | null): boolean => {
    if (!element) return false;
    const known = clippedAway.get(element);
    if (known !== undefined) return known;
    const is = view.getComputedStyle(element).clipPath !== 'none' || forReaders(element.parentElement);
    clippedAway.set(element, is);
    return is;
  };
  const isSeen = (element: Element): boolean =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
    view.getComputedStyle(element).fontSize !== '0px' &&
    !forReaders(element);
  const isCutAtX = (style: CSSStyleDeclaration): boolean => style.overflowX !== 'visible';

  /** Text with a title may be cut, since the title says it all. */
  const hasUntitledText = (element: Element): boolean => {
    const texts = html.ownerDocument.createTreeWalker(element, view.NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode())
      if (
        node.nodeValue?.trim() &&
        node.parentElement &&
        isSeen(node.parentElement) &&
        !node.parentElement.closest('[title]')
      )
        return true;
    return false;
  };

  for (const element of main.querySelectorAll<HTMLElement>('*')) {
    if (!('offsetWidth' in element) || !isSeen(element)) continue;
    const style = view.getComputedStyle(element);
    const [wider, higher] = [
      element.scrollWidth > element.clientWidth + 1,
      element.scrollHeight > element.clientHeight + 1,
    ];
    const scrolls = (overflow: string): boolean => overflow === 'auto' || overflow === 'scroll';
    if ((wider && scrolls(style.overflowX)) || (higher && scrolls(style.overflowY)))
      found.push(`scrolls inside the page, ${placeOf(element)}`);
    else if (wider && isCutAtX(style) && hasUntitledText(element))
      found.push(`cut ${quote(element.innerText)}, ${placeOf(element)}`);
    const input = element.shadowRoot?.querySelector('input') ?? element;
    const field = input instanceof view.HTMLInputElement && input.placeholder !== '' ? input : null;
    const context = field && html.ownerDocument.createElement('canvas').getContext('2d');
    if (field && context) {
      const { fontStyle, fontWeight, fontSize, fontFamily, paddingLeft, paddingRight } = view.getComputedStyle(field);
      context.font = `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`;
      const room = field.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
      if (context.measureText(field.placeholder).width > room + 1)
        found.push(`cut ${quote(field.placeholder)}, ${placeOf(element)}`);
    }
  }

  /** The part of a box that no ancestor hides. */
  const clips = new Map<Element, Box | null>();
  const clipOf = (element: Element | null): Box | null => {
    if (!element || element === html) return null;
    const known = clips.get(element);
    if (known !== undefined) return known;
    const outer = clipOf(element.parentElement);
    const style = view.getComputedStyle(element);
    const own = isCutAtX(style) ? element.getBoundingClientRect() : null;
    const clip =
      own && outer
        ? {
            left: Math.max(own.left, outer.left),
            top: Math.max(own.top, outer.top),
            right: Math.min(own.right, outer.right),
            bottom: Math.min(own.bottom, outer.bottom),
          }
        : (own ?? outer);
    clips.set(element, clip);
    return clip;
  };
  if (html.scrollWidth > html.clientWidth)
    for (const element of main.querySelectorAll('*')) {
      const right = Math.min(element.getBoundingClientRect().right, clipOf(element)?.right ?? Infinity);
      if (right > html.clientWidth + 0.5 && isSeen(element)) found.push(`over the right edge, ${placeOf(element)}`);
    }

  const words: { readonly box: Box; readonly holder: Element; readonly node: Node; readonly text: string }[] = [];
  const walker = html.ownerDocument.createTreeWalker(main, view.NodeFilter.SHOW_TEXT);
  const range = html.ownerDocument.createRange();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const [holder, text] = [node.parentElement, node.nodeValue ?? ''];
    if (!holder || text.trim() === '' || holder.closest('desc, title') || !isSeen(holder)) continue;
    range.selectNodeContents(node);
    const clip = clipOf(holder);
    for (const { left, top, right, bottom } of range.getClientRects()) {
      const drawing = holder.closest('svg');
      if (
        drawing &&
        clip &&
        (left < clip.left - 1 || right > clip.right + 1 || top < clip.top - 3 || bottom > clip.bottom + 3)
      )
        if (!(right < clip.left || left > clip.right || bottom < clip.top || top > clip.bottom))
          found.push(`cut ${quote(text)}, ${placeOf(drawing)}`);
      // The letters: the box of a line has room for accents above them and for descenders below.
      const height = bottom - top;
      const box = {
        left: Math.max(left + 0.5, clip?.left ?? -Infinity),
        top: Math.max(top + 0.25 * height, clip?.top ?? -Infinity),
        right: Math.min(right - 0.5, clip?.right ?? Infinity),
        bottom: Math.min(bottom - 0.2 * height, clip?.bottom ?? Infinity),
      };
      if (box.right > box.left && box.bottom > box.top) words.push({ box, holder, node, text });
    }
  }
  words.sort((a, b) => a.box.top - b.box.top);
  words.forEach((one, index) => {
    for (const other of words.slice(index + 1)) {
      if (other.box.top >= one.box.bottom) break;
      // A text that is cut has a second box for what is left out.
      if (one.node === other.node) continue;
      // The header stays over what is scrolled below it.
      if (Boolean(one.holder.closest('.panel-head')) !== Boolean(other.holder.closest('.panel-head'))) continue;
      if (one.box.left < other.box.right && other.box.left < one.box.right)
        found.push(`${quote(one.text)} on ${quote(other.text)}, ${placeOf(one.holder)}`);
    }
  });
  return [...new Set(found)];
}
