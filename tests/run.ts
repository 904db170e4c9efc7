/**
 * Runs the tests: those that are named, or all of them on all cores.
 *
 * ```text
 *   all files ─► pieces of some files ─► as many `deno test` at once as there are cores ─► one line that adds it all up
 * ```
 *
 * Tests wait much for sockets, timers and other programs, so that one after the other they leave most of a machine idle. Each piece is a
 * process of its own: what a test does to its process, no other piece sees. Types are checked once, for all.
 *
 * @module
 */

/** Small enough that the last ones end about together, large enough that few processes are started. */
const PIECE_FILES = 25;
/** A piece takes minutes on a slow machine; one that takes longer than this never ends. */
const PIECE_MAX_MS = 30 * 60_000;

/** How many tests of a piece came out how. */
interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly ignored: number;
}

/** What came of a piece. */
interface Ran {
  readonly said: string;
  readonly counts: Counts;
}

const FLAGS = ["test", "--frozen", "--no-prompt", "--allow-all"];
const children = new Set<Deno.ChildProcess>();

/** Runs Deno. @returns Its exit code, and what it said. */
async function deno(args: readonly string[]): Promise<{ code: number; said: string }> {
  const env = Deno.stdout.isTerminal() && !Deno.noColor ? { FORCE_COLOR: "1" } : {};
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  children.add(child);
  const late = setTimeout(() => child.kill("SIGKILL"), PIECE_MAX_MS);
  // Errors of the program itself come by the other way; they belong where they came about.
  const parts: string[] = [];
  const reading = [child.stdout, child.stderr].map(async (stream) => {
    for await (const part of stream.pipeThrough(new TextDecoderStream())) parts.push(part);
  });
  const { code } = await child.status;
  await Promise.all(reading);
  clearTimeout(late);
  children.delete(child);
  return { code, said: parts.join("") };
}

/** Prints a line, or many. */
function say(text: string): void {
  const bytes = new TextEncoder().encode(`${text}\n`);
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}

/** All test files below a folder, by name. */
function testFiles(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    if (isDirectory) return testFiles(path);
    return name.endsWith("_test.ts") ? [path] : [];
  }).sort();
}

/** What `deno test` says at its end, as numbers; a piece that did not come so far has failed once. */
function countsIn(said: string, code: number): Counts {
  // deno-lint-ignore no-control-regex -- A terminal is told in colours.
  const plain = said.replaceAll(/\x1b\[[0-9;]*m/g, "");
  const line = plain.match(/^(?:ok|FAILED) \| .*$/gm)?.at(-1);
  const number = (of: string) => Number(line?.match(new RegExp(`(\\d+) ${of}`))?.[1] ?? 0);
  const failed = number("failed");
  return {
    passed: number("passed"),
    failed: code === 0 && line !== undefined ? failed : Math.max(failed, 1),
    ignored: number("ignored"),
  };
}

/** Runs a piece, and tells what it said as soon as it has ended. */
async function runPiece(args: readonly string[]): Promise<Ran> {
  const { code, said } = await deno([...FLAGS, ...args]);
  say(said.trimEnd());
  return { said, counts: countsIn(said, code) };
}

/** Runs all of them. @returns Whether all is well. */
async function runAll(): Promise<boolean> {
  const types = await deno(["task", "types"]);
  if (types.code !== 0) {
    say(types.said);
    return false;
  }
  const files = testFiles("tests");
  const pieces = [["--doc", "mod.ts", "observe/mod.ts"]];
  for (let at = 0; at < files.length; at += PIECE_FILES) {
    pieces.push(["--no-check", ...files.slice(at, at + PIECE_FILES)]);
  }
  const ran: Ran[] = [];
  const lanes = Array.from({ length: navigator.hardwareConcurrency }, async () => {
    for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
      ran.push(await runPiece(piece));
    }
  });
  await Promise.all(lanes);
  const sum = (of: keyof Counts) => ran.reduce((all, { counts }) => all + counts[of], 0);
  const failed = sum("failed");
  // Once more, since it stands far above.
  for (const { said, counts } of ran) {
    if (counts.failed > 0) say(said.slice(Math.max(0, said.lastIndexOf(" ERRORS "))));
  }
  const word = failed === 0 ? "ok" : "FAILED";
  say(`\n${word} | ${sum("passed")} passed | ${failed} failed | ${sum("ignored")} ignored`);
  return failed === 0;
}

async function main(): Promise<void> {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      for (const child of children) child.kill("SIGTERM");
      Deno.exit(130);
    });
  }
  if (Deno.args.length === 0) Deno.exit(await runAll() ? 0 : 1);
  const { code } = await new Deno.Command(Deno.execPath(), { args: [...FLAGS, ...Deno.args] })
    .spawn().status;
  Deno.exit(code);
}

if (import.meta.main) await main();
