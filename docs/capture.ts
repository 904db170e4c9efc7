/**
 * Takes the README's picture: three people in one room, each with another client, in a real terminal.
 *
 * A tmux with three panes runs inside of another tmux, which sees the whole window as one screen, borders and
 * colours included. That screen is written as SVG (and as text to standard output). Nothing is drawn
 * by hand: `deno run -A docs/capture.ts docs/three-clients.svg`.
 *
 * @module
 */

const COLUMNS = 112;
const ROWS = 22;
const CELL = { width: 8.4, height: 18 };

// deno-lint-ignore no-control-regex -- escape codes are what is looked for
const ESCAPES = /\x1b\[[\d;]*m|[\x0e\x0f]/g;
/** An escape code, if there is one, and the text behind it. */
// deno-lint-ignore no-control-regex -- escape codes are what is looked for
const RUN = /(?:\x1b\[([\d;]*)m|[\x0e\x0f])?([^\x1b\x0e\x0f]*)/g;

const root = new URL("..", import.meta.url).pathname;

async function tmux(socket: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("tmux", {
    args: ["-L", socket, "-f", "/dev/null", ...args],
    cwd: root,
    // Nothing of whoever takes the picture, their NO_COLOR for instance.
    clearEnv: true,
    env: {
      PATH: Deno.env.get("PATH") ?? "",
      HOME: Deno.env.get("HOME") ?? "",
      LANG: "C.UTF-8",
      TERM: "xterm-256color",
    },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

const type = (pane: string, text: string) =>
  tmux("inner", "send-keys", "-t", `chat.${pane}`, text, "Enter");

/** Waits until the screen shows something. */
async function shows(pattern: RegExp): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (pattern.test(await tmux("outer", "capture-pane", "-p"))) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`The screen never showed ${pattern}`);
}

async function play(): Promise<string> {
  const size = ["-x", `${COLUMNS}`, "-y", `${ROWS}`];
  const shell = "PS1='$ ' bash --norc --noprofile";
  await tmux("inner", "new-session", "-d", "-s", "chat", ...size, shell);
  await tmux("inner", "set", "-g", "status", "off");
  await tmux("inner", "set", "-g", "default-terminal", "tmux-256color");
  await tmux("inner", "split-window", "-h", "-l", "46", shell);
  await tmux("inner", "split-window", "-v", "-l", "9", shell);
  await tmux("outer", "new-session", "-d", ...size, "tmux -L inner attach -t chat");
  await shows(/\$/);
  await type("0", "clear; chat --name Anna");
  await shows(/lobby · 1 here/);
  await type("1", "clear; nc localhost 8080");
  await type("1", "Bob");
  await shows(/Bob joined/);
  await type("0", "Hi Bob! What are you talking with?");
  await shows(/Anna: Hi Bob!/);
  await type("1", "netcat :-)");
  await shows(/Bob netcat/);
  await type("2", "clear; uptime -p | chat send --name cron");
  await shows(/cron up/);
  await type("2", "chat send --name cron --to Bob 'disk is 91 % full'");
  await shows(/Private from cron/);
  await type("1", "/list");
  await shows(/Users online/);
  await type("0", "李雷 sends 👍 and ❤️");
  await shows(/Anna: 李雷/);
  return await tmux("outer", "capture-pane", "-e", "-p");
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
async function svg(screen: string): Promise<string> {
  const { default: widthOf } = await import("string-width");
  const parts: string[] = [];
  screen.trimEnd().split("\n").forEach((line, row) => {
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
      const length = ` textLength="${
        (width * CELL.width).toFixed(1)
      }" lengthAdjust="spacingAndGlyphs"`;
      if (run.trim() !== "") {
        parts.push(
          `<text x="${x}" y="${y}" fill="${fill}"${weight}${faint}${length}>${
            escapeXml(run)
          }</text>`,
        );
      }
      column += width;
    }
  });
  const width = Math.ceil(COLUMNS * CELL.width + 20);
  const height = ROWS * CELL.height + 20;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14" xml:space="preserve">
<rect width="100%" height="100%" rx="6" fill="#1e2127"/>
${parts.join("\n")}
</svg>
`;
}

const [target] = Deno.args;
if (target === undefined) throw new Error("Usage: deno run -A docs/capture.ts FILE.svg");
try {
  const screen = await play();
  await Deno.writeTextFile(target, await svg(screen));
  const text = screen.replace(ESCAPES, "");
  await Deno.stdout.write(new TextEncoder().encode(text));
} finally {
  for (const socket of ["inner", "outer"]) await tmux(socket, "kill-server").catch(() => {});
}
