/**
 * A captured terminal screen as SVG. Pure.
 *
 * @module
 */

import widthOf from "string-width";

/** How large a screen is. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

const CELL = { width: 8.4, height: 18 };

/** An escape code, if there is one, and the text behind it. */
// deno-lint-ignore no-control-regex -- escape codes are what is looked for
const RUN = /(?:\x1b\[([\d;]*)m|[\x0e\x0f])?([^\x1b\x0e\x0f]*)/g;

// deno-lint-ignore no-control-regex -- escape codes are what is looked for
const ESCAPES = /\x1b\[[\d;]*m|[\x0e\x0f]/g;

/** A captured screen as text. */
export function text(screen: string): string {
  return screen.replace(ESCAPES, "");
}

interface Style {
  bold: boolean;
  dim: boolean;
  inverse: boolean;
  colour: string | undefined;
}

const PLAIN: Style = { bold: false, dim: false, inverse: false, colour: undefined };
const PALETTE = [
  "#5c6370",
  "#e06c75",
  "#98c379",
  "#e5c07b",
  "#61afef",
  "#c678dd",
  "#56b6c2",
  "#d7dae0",
];

/** What `ESC[…m` makes of a style. */
function styled(style: Style, codes: readonly number[]): Style {
  const next = { ...style };
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    if (code === 0) Object.assign(next, PLAIN);
    else if (code === 1) next.bold = true;
    else if (code === 2) next.dim = true;
    else if (code === 22) next.bold = next.dim = false;
    else if (code === 7) next.inverse = true;
    else if (code === 27) next.inverse = false;
    else if (code >= 30 && code <= 37) next.colour = PALETTE[code - 30];
    else if (code >= 90 && code <= 97) next.colour = PALETTE[code - 90];
    else if (code === 39) next.colour = undefined;
    else if (code === 38 && codes[at + 1] === 5) {
      next.colour = PALETTE[(codes[at + 2] ?? 7) % 8];
      at += 2;
    }
  }
  return next;
}

const escapeXml = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** A captured screen as SVG: one `<text>` per run of equal style. */
export function svg(screen: string, size: ScreenSize): string {
  const parts: string[] = [];
  screen.replace(/\n+$/, "").split("\n").forEach((line, row) => {
    let style = PLAIN;
    let column = 0;
    for (
      const [, codes, run = ""] of line.matchAll(RUN)
    ) {
      if (codes !== undefined) style = styled(style, codes.split(";").map(Number));
      if (run === "") continue;
      const width = widthOf(run);
      const x = (column * CELL.width + 10).toFixed(1);
      const y = row * CELL.height + 24;
      const colour = style.colour ?? "#d7dae0";
      if (style.inverse) {
        parts.push(
          `<rect x="${x}" y="${y - 14}" width="${
            (width * CELL.width).toFixed(1)
          }" height="${CELL.height}" fill="${colour}"/>`,
        );
      }
      const fill = style.inverse ? "#1e2127" : colour;
      const weight = style.bold ? ' font-weight="bold"' : "";
      const faint = style.dim ? ' opacity="0.6"' : "";
      // Not one text with its spaces: they are not the same to all who draw it.
      for (const { 0: words, index } of run.matchAll(/\S+(?: \S+)*/g)) {
        const left = column + widthOf(run.slice(0, index));
        const length = (widthOf(words) * CELL.width).toFixed(1);
        parts.push(
          `<text x="${
            (left * CELL.width + 10).toFixed(1)
          }" y="${y}" fill="${fill}"${weight}${faint} ` +
            `textLength="${length}" lengthAdjust="spacingAndGlyphs">${escapeXml(words)}</text>`,
        );
      }
      column += width;
    }
  });
  const width = Math.ceil(size.columns * CELL.width + 20);
  const height = size.rows * CELL.height + 20;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14">
<rect width="100%" height="100%" rx="6" fill="#1e2127"/>
${parts.join("\n")}
</svg>
`;
}
