import * as vscode from 'vscode';
import { underlines, type Level } from '../../../shared/levels';
import type { Layer } from './drawing';

const colour = (name: string) => new vscode.ThemeColor(name);
const boundary = (borderWidth: string): vscode.DecorationRenderOptions => ({
  borderStyle: 'solid',
  borderColor: colour('vectorscope.boundary'),
  borderWidth,
});
const begin = boundary('0 0 0 1px');

/** Borders of a decoration lie over the text and move nothing. */
const looks: Readonly<Record<Layer, vscode.DecorationRenderOptions>> = {
  even: begin,
  odd: begin,
  end: boundary('0 1px 0 0'),
  level1: shade(1),
  level2: shade(2),
  level3: shade(3),
  level4: shade(4),
  level5: shade(5),
  away1: away(1),
  away2: away(2),
  away3: away(3),
  away4: away(4),
  away5: away(5),
  chosen: { borderStyle: 'solid', borderWidth: '2px', borderColor: colour('vectorscope.chosen') },
  pointed: {
    borderStyle: 'dashed',
    borderWidth: '1px',
    borderColor: colour('focusBorder'),
    backgroundColor: colour('editor.wordHighlightBackground'),
  },
  surprising: {
    overviewRulerColor: colour('vectorscope.surprising'),
    overviewRulerLane: vscode.OverviewRulerLane.Center,
  },
};

function shade(level: Exclude<Level, 0>): vscode.DecorationRenderOptions {
  const { style, width } = underlines[level];
  return {
    backgroundColor: colour(`vectorscope.level${level}`),
    borderColor: colour('vectorscope.boundary'),
    borderStyle: style,
    borderWidth: `0 0 ${width}px 0`,
  };
}

/** Grey in every theme. The line above tells the two sides apart without the colour. */
function away(level: Exclude<Level, 0>): vscode.DecorationRenderOptions {
  const { width } = underlines[level];
  return { ...shade(level), backgroundColor: `rgba(128, 128, 128, ${level / 10})`, borderWidth: `${width}px 0 0 0` };
}

/** The kinds of decoration, each made when it is first needed. */
export class Layers {
  readonly #types = new Map<Layer, vscode.TextEditorDecorationType>();

  type(layer: Layer): vscode.TextEditorDecorationType {
    const type =
      this.#types.get(layer) ??
      vscode.window.createTextEditorDecorationType({
        ...looks[layer],
        rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
      });
    this.#types.set(layer, type);
    return type;
  }

  dispose(): void {
    for (const type of this.#types.values()) type.dispose();
    this.#types.clear();
  }
}
