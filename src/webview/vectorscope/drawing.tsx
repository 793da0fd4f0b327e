import { render } from 'preact';
import { channelsOf, watchTheme } from '../picture/colour';
import type { Point } from '../picture/name';
import { fitted, keptInView, panned, pick, pixelOf, zoomed, type Camera, Glide } from './camera';
import { Cloud } from './density';
import type { Geometry } from './geometry';
import { Overlay } from './overlay';
import type { Lit, Pointed, ScopeEvents, Scene } from './scene';

/** Pixels. A drag farther than this is a pan and no longer a click. */
const clickReach = 4;
const zoomStep = 1.3;

const reducesMotion = (): boolean =>
  document.body.classList.contains('vscode-reduce-motion') ||
  window.matchMedia('(prefers-reduced-motion: reduce)').matches;

/** The elements of one picture. Several pictures side by side differ only in their metric. */
export interface Pane {
  readonly canvas: HTMLCanvasElement;
  readonly svg: SVGSVGElement;
  /** The part of `svg` that is drawn anew. */
  readonly layer: SVGGElement;
}

/**
 * Draws the scenes, one in each pane: all tokens as a density on the canvas, the rest as SVG over it. The panes share
 * the camera, the pointed token and the rank that has the tab stop. Draws at most once a frame and only after a change.
 */
export class ScopeDrawing {
  #scenes: readonly Scene[] = [];
  #camera: Camera | null = null;
  #home: Camera | null = null;
  #size = { width: 0, height: 0 };
  #frame = 0;
  readonly #tokens = new Glide();
  readonly #cloud = new Cloud();
  #current = 0;
  #pointed: Pick<Pointed, 'id' | 'pane'> | null = null;
  /** Where a key chose a token. The same pane gets the focus when the next geometry is drawn. */
  #left: { readonly geometry: Geometry; readonly pane: number } | null = null;
  #pressed: { readonly at: Point; readonly camera: Camera; moved: boolean } | null = null;
  readonly #contexts: readonly (CanvasRenderingContext2D | null)[];
  readonly #ended = new AbortController();
  readonly #unwatch = watchTheme(() => this.#recolour());

  constructor(
    private readonly panes: readonly Pane[],
    private events: ScopeEvents,
  ) {
    this.#contexts = panes.map(({ canvas }) => canvas.getContext('2d'));
    panes.forEach((pane, index) => this.#listen(pane, index));
    this.#recolour();
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    this.#unwatch();
    this.#ended.abort();
    for (const { layer } of this.panes) render(null, layer);
  }

  /** Shows scenes of one geometry, each in its pane of this size. A new geometry or size resets the view. */
  show(scenes: readonly Scene[], width: number, height: number, events: ScopeEvents): void {
    this.events = events;
    const [before, first] = [this.#scenes[0], scenes[0]];
    if (!first) return;
    const isOther = before?.geometry !== first.geometry;
    const isResized = width !== this.#size.width || height !== this.#size.height;
    const isSameVocabulary = before?.geometry.up.length === first.geometry.up.length;
    if (isOther && isSameVocabulary && this.#camera && !isResized && !reducesMotion()) this.#tokens.start(this.#camera);
    this.#scenes = scenes;
    if (isOther || isResized) {
      this.#size = { width, height };
      this.#home = this.#camera = fitted(first.geometry, width, height, first.stretched);
      this.#cloud.fit(
        this.#home,
        this.panes.map(({ canvas }) => canvas),
      );
    }
    if (isOther || before?.metric !== first.metric) this.#current = 0;
    if (isOther) this.#point(null);
    this.#later();
  }

  zoom(direction: 1 | -1, at?: Point): void {
    const { width, height } = this.#size;
    this.#move((camera, home) => zoomed(camera, at ?? { x: width / 2, y: height / 2 }, zoomStep ** direction, home));
  }

  home(): void {
    this.#move((_, home) => home);
  }

  #recolour(): void {
    const [first] = this.panes;
    if (first) this.#cloud.colour = channelsOf(getComputedStyle(first.canvas).color);
    this.#later();
  }

  #move(to: (camera: Camera, home: Camera) => Camera): void {
    const [scene] = this.#scenes;
    if (!this.#camera || !this.#home || !scene) return;
    this.#tokens.stop();
    const moved = to(this.#camera, this.#home);
    this.#camera = moved === this.#home ? moved : keptInView(moved, scene.geometry);
    this.#later();
  }

  #later(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame((now) => this.#draw(now));
  }

  #draw(now: number): void {
    this.#frame = 0;
    const [[first], camera] = [this.#scenes, this.#camera];
    if (!first || !camera || !this.#home || this.#size.width === 0) return;
    const moving = this.#tokens.step(first.geometry, camera, now);
    const seen = moving ?? camera;
    const outside = this.#cloud.draw(this.#tokens, seen, this.#contexts);
    this.panes.forEach(({ layer }, index) => this.#drawPane(index, layer, seen, moving !== null));
    const left = this.#left;
    if (left && first.geometry !== left.geometry) {
      this.#left = null;
      const pane = this.panes[left.pane];
      // Whoever has gone elsewhere since keeps the focus, and nobody's page is scrolled.
      if (pane && (document.activeElement === document.body || pane.svg.contains(document.activeElement)))
        pane.layer.querySelector<SVGGElement>('.point[data-rank][tabindex="0"]')?.focus({ preventScroll: true });
    }
    this.events.onView({ camera: seen, outside, isHome: camera === this.#home });
    if (moving) this.#later();
  }

  #drawPane(index: number, layer: SVGGElement, camera: Camera, isMoving: boolean): void {
    const scene = this.#scenes[index];
    if (!scene) return;
    const now = (lit: Lit): Lit => ({ ...lit, ...this.#tokens.placeOf(lit.token.id) });
    const { lit, chosen, compared } = scene;
    const moved = { ...scene, lit: lit.map(now), chosen: chosen && now(chosen), compared: compared.map(now) };
    const id = this.#pointed?.id ?? null;
    render(
      <Overlay
        scene={isMoving ? moved : scene}
        camera={camera}
        current={Math.min(this.#current, scene.lit.length - 1)}
        pointed={id}
        ring={id === null ? null : pixelOf(camera, this.#tokens.placeOf(id))}
        isAlone={this.panes.length === 1}
        isLast={index === this.panes.length - 1}
      />,
      layer,
    );
  }

  #listen({ svg }: Pane, pane: number): void {
    const { signal } = this.#ended;
    const on = <K extends keyof SVGElementEventMap>(
      type: K,
      listener: (event: SVGElementEventMap[K]) => void,
      passive = true,
    ) => svg.addEventListener(type, listener, { signal, passive });
    const at = ({ clientX, clientY }: MouseEvent): Point => {
      const { left, top } = svg.getBoundingClientRect();
      return { x: clientX - left, y: clientY - top };
    };
    on('pointerdown', (event) => {
      if (event.button !== 0 || !this.#camera) return;
      this.#pressed = { at: at(event), camera: this.#camera, moved: false };
    });
    on('pointermove', (event) => this.#onMove(event, at(event), pane));
    on('pointerup', (event) => {
      const pressed = this.#pressed;
      this.#pressed = null;
      if (pressed?.moved) return;
      const id = this.#under(at(event), pane);
      if (pressed && id !== null) this.events.onChoose(id);
    });
    on('pointercancel', () => (this.#pressed = null));
    on('pointerleave', () => this.#point(null));
    on('dblclick', (event) => {
      if (this.#under(at(event), pane) === null) this.home();
    });
    on(
      'wheel',
      (event) => {
        // A plain wheel scrolls the page.
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        this.#move((camera, home) => zoomed(camera, at(event), Math.exp(-event.deltaY / 300), home));
      },
      false,
    );
    on('keydown', (event) => this.#onKey(event, pane), false);
    on('focusin', (event) => {
      const rank = event.target instanceof Element ? event.target.getAttribute('data-rank') : null;
      if (rank !== null) this.#focusOn(Number(rank), pane);
    });
    on('focusout', () => this.#point(null));
  }

  #under(at: Point, pane: number): number | null {
    const scene = this.#scenes[pane];
    const lit = scene?.lit.map(({ token }) => token.id);
    return lit && this.#camera ? pick(this.#tokens, this.#camera, at, lit) : null;
  }

  #onMove(event: PointerEvent, at: Point, pane: number): void {
    // The button may have been released outside the page.
    if ((event.buttons & 1) === 0) this.#pressed = null;
    const pressed = this.#pressed;
    if (!pressed) {
      const id = this.#under(at, pane);
      return this.#point(id === null ? null : { id, pane });
    }
    const [dx, dy] = [at.x - pressed.at.x, at.y - pressed.at.y];
    if (!pressed.moved && Math.hypot(dx, dy) < clickReach) return;
    if (!pressed.moved) this.panes[pane]?.svg.setPointerCapture(event.pointerId);
    pressed.moved = true;
    this.#point(null);
    this.#move(() => panned(pressed.camera, dx, dy));
  }

  #point(pointed: Pick<Pointed, 'id' | 'pane'> | null): void {
    if (pointed?.id === this.#pointed?.id && pointed?.pane === this.#pointed?.pane) return;
    this.#pointed = pointed;
    const at = pointed && this.#camera ? pixelOf(this.#camera, this.#tokens.placeOf(pointed.id)) : null;
    this.events.onPoint(pointed && at ? { ...pointed, ...at } : null);
    this.#later();
  }

  #onKey(event: KeyboardEvent, pane: number): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (!(event.shiftKey && this.#onPanKey(event.key)) && !this.#onPlainKey(event.key, pane)) return;
    event.preventDefault();
    if (event.key === 'Enter' || event.key === ' ') event.stopPropagation();
  }

  #onPanKey(key: string): boolean {
    const step = 40;
    const by = { ArrowLeft: [step, 0], ArrowRight: [-step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] }[key];
    if (!by) return false;
    this.#move((camera) => panned(camera, by[0] as number, by[1] as number));
    return true;
  }

  #onPlainKey(key: string, pane: number): boolean {
    const scene = this.#scenes[pane];
    const last = (scene?.lit.length ?? 0) - 1;
    const current = Math.min(this.#current, last);
    if (key === 'Enter' || key === ' ') {
      const lit = scene?.lit[current];
      this.#left = scene ? { geometry: scene.geometry, pane } : null;
      if (lit) this.events.onChoose(lit.token.id);
      return lit !== undefined;
    }
    const focus = (index: number) => () => this.#focusRank(index, pane);
    const [next, previous] = [focus(Math.min(this.#current + 1, last)), focus(Math.max(current - 1, 0))];
    const closer = (): void => this.zoom(1);
    const actions: Readonly<Record<string, () => void>> = {
      ArrowRight: next,
      ArrowDown: next,
      ArrowLeft: previous,
      ArrowUp: previous,
      Home: focus(0),
      End: focus(last),
      '+': closer,
      '=': closer,
      '-': () => this.zoom(-1),
      '0': () => this.home(),
    };
    const action = actions[key];
    action?.();
    return action !== undefined;
  }

  #focusRank(index: number, pane: number): void {
    const id = this.#scenes[pane]?.lit[index]?.token.id;
    if (id !== undefined)
      this.panes[pane]?.layer.querySelector<SVGGElement>(`.point[data-rank][data-id="${id}"]`)?.focus();
  }

  /** Points at the token of this rank, which has the focus, and brings it into the picture. */
  #focusOn(rank: number, pane: number): void {
    const list = this.#scenes[pane]?.lit ?? [];
    const index = list.findIndex((lit) => lit.rank === rank);
    const lit = list[index];
    if (!lit || !this.#camera) return;
    this.#current = index;
    const { x, y } = pixelOf(this.#camera, lit);
    const { width, height } = this.#size;
    if (x < 0 || y < 0 || x > width || y > height)
      this.#move((camera) => ({ ...camera, across: lit.across, up: lit.up }));
    this.#pointed = null;
    this.#point({ id: lit.token.id, pane });
    this.#later();
  }
}
