import { render } from 'preact';
import { plainColour } from '../picture/colour';
import { fitted, keptInView, panned, pixelOf, zoomed, type Camera, type Point, pick } from './camera';
import { cellsOf, countCells, paint, palette } from './density';
import type { Geometry } from './geometry';
import { Glide } from './glide';
import { Overlay } from './overlay';
import type { ScopeEvents, Scene } from './scene';

/** Farther than this from where the mouse was pressed, in pixels, a click becomes a pan. */
const clickReach = 4;
const zoomStep = 1.3;

const reducesMotion = (): boolean =>
  document.body.classList.contains('vscode-reduce-motion') ||
  window.matchMedia('(prefers-reduced-motion: reduce)').matches;

/**
 * Draws the scene: all tokens as a density on the canvas, the rest as SVG over it. Draws at most once a frame and only
 * after a change.
 */
export class ScopeDrawing {
  #scene: Scene | null = null;
  #camera: Camera | null = null;
  #home: Camera | null = null;
  #size = { width: 0, height: 0 };
  #frame = 0;
  readonly #tokens = new Glide();
  #counts = new Uint16Array();
  #image: ImageData | null = null;
  #colours = palette([128, 128, 128]);
  #current = 0;
  #pointed: number | null = null;
  /** The geometry in which a key chose a token. The next geometry gets the focus. */
  #left: Geometry | null = null;
  #pressed: { readonly at: Point; readonly camera: Camera; moved: boolean } | null = null;
  readonly #context: CanvasRenderingContext2D | null;
  readonly #ended = new AbortController();
  readonly #themes = new MutationObserver(() => this.#recolour());

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly svg: SVGSVGElement,
    private readonly layer: SVGGElement,
    private events: ScopeEvents,
  ) {
    this.#context = canvas.getContext('2d');
    this.#themes.observe(document.body, { attributes: true, attributeFilter: ['class', 'style'] });
    this.#themes.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
    this.#listen();
    this.#recolour();
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    this.#themes.disconnect();
    this.#ended.abort();
    render(null, this.layer);
  }

  /** Shows a scene. A new geometry or size resets the view. */
  show(scene: Scene, width: number, height: number, events: ScopeEvents): void {
    this.events = events;
    const before = this.#scene;
    const isOther = before?.geometry !== scene.geometry;
    const isResized = width !== this.#size.width || height !== this.#size.height;
    if (
      isOther &&
      before &&
      this.#camera &&
      !isResized &&
      !reducesMotion() &&
      before.geometry.up.length === scene.geometry.up.length
    ) {
      this.#tokens.start(this.#camera);
    }
    this.#scene = scene;
    if (isOther || isResized) {
      this.#size = { width, height };
      this.#home = this.#camera = fitted(scene.geometry, width, height, scene.stretched);
      this.#fitCanvas(this.#home);
    }
    if (isOther || before?.metric !== scene.metric) this.#current = 0;
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

  #fitCanvas(camera: Camera): void {
    const { columns, rows } = cellsOf(camera);
    this.canvas.width = columns;
    this.canvas.height = rows;
    this.#counts = new Uint16Array(columns * rows);
    this.#image = this.#context?.createImageData(columns, rows) ?? null;
  }

  #recolour(): void {
    const parsed = plainColour(getComputedStyle(this.canvas).color)?.colour.match(/\d+/g)?.map(Number) ?? [];
    const [red = 128, green = 128, blue = 128] = parsed;
    this.#colours = palette([red, green, blue]);
    this.#later();
  }

  #move(to: (camera: Camera, home: Camera) => Camera): void {
    if (!this.#camera || !this.#home || !this.#scene) return;
    this.#tokens.stop();
    const moved = to(this.#camera, this.#home);
    this.#camera = moved === this.#home ? moved : keptInView(moved, this.#scene.geometry);
    this.#later();
  }

  #later(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame((now) => this.#draw(now));
  }

  #draw(now: number): void {
    this.#frame = 0;
    const [scene, camera, image] = [this.#scene, this.#camera, this.#image];
    if (!scene || !camera || !image || !this.#home || this.#size.width === 0) return;
    const moving = this.#tokens.step(scene.geometry, camera, now);
    const seen = moving ?? camera;
    const outside = countCells(this.#tokens.up, this.#tokens.across, seen, this.#counts);
    paint(this.#counts, this.#colours, new Uint32Array(image.data.buffer));
    this.#context?.putImageData(image, 0, 0);
    const ring = this.#pointed === null ? null : pixelOf(seen, this.#tokens.placeOf(this.#pointed));
    const glided =
      moving === null
        ? scene
        : {
            ...scene,
            lit: scene.lit.map((lit) => ({ ...lit, ...this.#tokens.placeOf(lit.token.id) })),
            chosen: scene.chosen && { ...scene.chosen, ...this.#tokens.placeOf(scene.chosen.token.id) },
          };
    render(
      <Overlay
        scene={glided}
        camera={seen}
        current={Math.min(this.#current, scene.lit.length - 1)}
        pointed={this.#pointed}
        ring={ring}
      />,
      this.layer,
    );
    if (this.#left && scene.geometry !== this.#left) {
      this.#left = null;
      this.layer.querySelector<SVGGElement>('.point[data-rank][tabindex="0"]')?.focus();
    }
    this.events.onView({ camera: seen, outside, isHome: camera === this.#home });
    if (moving) this.#later();
  }

  #listen(): void {
    const { signal } = this.#ended;
    const on = <K extends keyof SVGElementEventMap>(
      type: K,
      listener: (event: SVGElementEventMap[K]) => void,
      passive = true,
    ) => this.svg.addEventListener(type, listener, { signal, passive });
    on('pointerdown', (event) => {
      if (event.button !== 0 || !this.#camera) return;
      this.#pressed = { at: this.#at(event), camera: this.#camera, moved: false };
    });
    on('pointermove', (event) => this.#onMove(event));
    on('pointerup', (event) => {
      const pressed = this.#pressed;
      this.#pressed = null;
      if (pressed?.moved) return;
      const id = this.#under(this.#at(event));
      if (pressed && id !== null) this.events.onChoose(id);
    });
    on('pointercancel', () => (this.#pressed = null));
    on('pointerleave', () => this.#point(null));
    on('dblclick', (event) => {
      if (this.#under(this.#at(event)) === null) this.home();
    });
    on(
      'wheel',
      (event) => {
        // A plain wheel scrolls the page.
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        this.#move((camera, home) => zoomed(camera, this.#at(event), Math.exp(-event.deltaY / 300), home));
      },
      false,
    );
    on('keydown', (event) => this.#onKey(event), false);
    on('focusin', (event) => {
      const rank = event.target instanceof Element ? event.target.getAttribute('data-rank') : null;
      if (rank !== null) this.#focusOn(Number(rank) - 1);
    });
    on('focusout', () => this.#point(null));
  }

  #at({ clientX, clientY }: MouseEvent): Point {
    const { left, top } = this.svg.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  }

  #under(at: Point): number | null {
    const scene = this.#scene;
    return scene && this.#camera
      ? pick(
          this.#tokens.up,
          this.#tokens.across,
          this.#camera,
          at,
          scene.lit.map(({ token }) => token.id),
        )
      : null;
  }

  #onMove(event: PointerEvent): void {
    const at = this.#at(event);
    // The button may have been released outside the page.
    if ((event.buttons & 1) === 0) this.#pressed = null;
    const pressed = this.#pressed;
    if (!pressed) return this.#point(this.#under(at));
    const [dx, dy] = [at.x - pressed.at.x, at.y - pressed.at.y];
    if (!pressed.moved && Math.hypot(dx, dy) < clickReach) return;
    if (!pressed.moved) this.svg.setPointerCapture(event.pointerId);
    pressed.moved = true;
    this.#point(null);
    this.#move(() => panned(pressed.camera, dx, dy));
  }

  #point(id: number | null): void {
    if (id === this.#pointed) return;
    this.#pointed = id;
    const at = id === null || !this.#camera ? null : pixelOf(this.#camera, this.#tokens.placeOf(id));
    this.events.onPoint(id === null || !at ? null : { id, ...at });
    this.#later();
  }

  #onKey(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const used = event.shiftKey && this.#onPanKey(event.key) ? true : this.#onPlainKey(event.key);
    if (!used) return;
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

  #onPlainKey(key: string): boolean {
    const last = (this.#scene?.lit.length ?? 0) - 1;
    switch (key) {
      case 'ArrowRight':
      case 'ArrowDown':
        this.#focusRank(Math.min(this.#current + 1, last));
        return true;
      case 'ArrowLeft':
      case 'ArrowUp':
        this.#focusRank(Math.max(this.#current - 1, 0));
        return true;
      case 'Home':
        this.#focusRank(0);
        return true;
      case 'End':
        this.#focusRank(last);
        return true;
      case '+':
      case '=':
        this.zoom(1);
        return true;
      case '-':
        this.zoom(-1);
        return true;
      case '0':
        this.home();
        return true;
      case 'Enter':
      case ' ': {
        const lit = this.#scene?.lit[this.#current];
        this.#left = this.#scene?.geometry ?? null;
        if (lit) this.events.onChoose(lit.token.id);
        return lit !== undefined;
      }
      default:
        return false;
    }
  }

  #focusRank(index: number): void {
    const id = this.#scene?.lit[index]?.token.id;
    if (id !== undefined) this.layer.querySelector<SVGGElement>(`.point[data-rank][data-id="${id}"]`)?.focus();
  }

  /** Points at the token of this rank, which has the focus, and brings it into the picture. */
  #focusOn(rank: number): void {
    const index = this.#scene?.lit.findIndex((lit) => lit.rank === rank + 1) ?? -1;
    const lit = this.#scene?.lit[index];
    if (!lit || !this.#camera) return;
    this.#current = index;
    const { x, y } = pixelOf(this.#camera, lit);
    const { width, height } = this.#size;
    if (x < 0 || y < 0 || x > width || y > height)
      this.#move((camera) => ({ ...camera, across: lit.across, up: lit.up }));
    this.#pointed = null;
    this.#point(lit.token.id);
    this.#later();
  }
}
