/**
 * `deno task link`: puts a launcher `chat` on the user's PATH; `--remove` takes it away again.
 *
 * The launcher is a few lines of shell that start this checkout with exactly the permissions of `deno task chat`,
 * from any folder. For root it goes to `/usr/local/bin`, where `sudo chat …` finds it; for others to
 * `~/.local/bin`. A file named `chat` that this program did not write is never touched.
 *
 * @module
 */

import manifest from "../deno.json" with { type: "json" };
import { EXIT, explain, Failure } from "./failure.ts";
import { print, printError } from "./streams.ts";

/** By this line a launcher is known as ours. */
const MARK = "# Written by `deno task link`.";

/** The launcher's text. */
export function launcher(deno: string, root: string): string {
  const { flags } = /^deno run (?<flags>.*) cli\/main\.ts$/.exec(manifest.tasks.chat)?.groups ?? {};
  if (flags === undefined) throw new Failure("deno.json has no task 'chat' that can be linked.");
  const here = quote(root);
  return `#!/bin/sh
${MARK} Take it away with: deno task link --remove
deno=${quote(deno)}
[ -x "$deno" ] || deno=$(command -v deno) || {
  echo "chat: Deno is not where it was. Run 'deno task link' again in" ${here} >&2
  exit 77
}
exec "$deno" run --quiet --config ${here}/deno.json ${flags} ${here}/cli/main.ts "$@"
`;
}

/** Text as one word of shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function folder(): string {
  if (Deno.uid() === 0) return "/usr/local/bin";
  const home = Deno.env.get("HOME");
  if (home === undefined) throw new Failure("Cannot tell where to put it: HOME is not set.");
  return `${home}/.local/bin`;
}

/** Whether there is a launcher of ours at `path`. @throws {Failure} When something else is there. */
function isOurs(path: string): boolean {
  try {
    if (Deno.readTextFileSync(path).includes(MARK)) return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
  }
  throw new Failure(`${path} is another program: nothing was done.`);
}

function link(path: string): void {
  isOurs(path);
  const root = new URL("..", import.meta.url).pathname.replace(/\/$/, "");
  Deno.mkdirSync(path.replace(/\/[^/]+$/, ""), { recursive: true });
  Deno.writeTextFileSync(path, launcher(Deno.execPath(), decodeURIComponent(root)), {
    mode: 0o755,
  });
  Deno.chmodSync(path, 0o755);
  print(`${path} starts the chat of ${decodeURIComponent(root)}\n`);
  const bin = path.replace(/\/[^/]+$/, "");
  if (!(Deno.env.get("PATH") ?? "").split(":").includes(bin)) {
    print(`${bin} is not on your PATH: add it, for instance with export PATH="${bin}:$PATH"\n`);
  }
  if (Deno.uid() !== 0) {
    print(`For sudo chat …, link it for root too: sudo ${Deno.execPath()} task link\n`);
  }
}

function unlink(path: string): void {
  if (!isOurs(path)) return print(`There is no launcher at ${path}.\n`);
  Deno.removeSync(path);
  print(`Removed ${path}.\n`);
}

/** Runs with the arguments of the task. */
export function main(args: readonly string[]): void {
  try {
    const [option, ...rest] = args;
    if (rest.length > 0 || (option !== undefined && option !== "--remove")) {
      throw new Failure("Usage: deno task link [--remove]", EXIT.usage);
    }
    const path = `${folder()}/chat`;
    if (option === "--remove") unlink(path);
    else link(path);
  } catch (error) {
    const { sentence, exitCode } = explain(error);
    printError(`link: ${sentence}\n`);
    Deno.exit(exitCode);
  }
}

if (import.meta.main) main(Deno.args);
