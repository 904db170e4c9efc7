/**
 * The entry of the packed program, as text: what `cli/main.ts` is for the sources.
 *
 * One file is the program and each of its threads: a thread is started from the file's own address with its name behind `#`.
 *
 * ```text
 *   new Worker(new URL("crew_thread.ts", import.meta.url))    in the sources
 *   new Worker(new URL("#crew_thread", import.meta.url))      packed
 * ```
 *
 * What a module reads that lies beside it is carried in the file, too, in a function at its end.
 *
 * Commands and threads are imported by functions, so that the bundler leaves each to run when it is called, and only then.
 *
 * The program runs from a timer, not from the file's own top level. When that has ended, the runtime keeps what it compiled for the
 * next start, however soon the program ends; and where the top level is on the stack of an error, the whole file is read again to
 * say at which line (45 ms).
 *
 * @module
 */

/** Paths of modules below the root, each ending with its name. */
export interface Parts {
  readonly commands: readonly string[];
  readonly threads: readonly string[];
}

/** The entry's source. @param root The address of the sources' folder, with a `/` at its end. */
export function entrySource({ commands, threads }: Parts, root: string): string {
  return `const COMMANDS = ${table(commands, root)};
const THREADS = ${table(threads, root)};
const thread = new URL(import.meta.url).hash.slice(1);
if (thread !== "") await THREADS[thread]();
else {
  setTimeout(async () => {
    const { run } = await import(${address("cli/run.ts", root)});
    run((name) => COMMANDS[name]());
  });
}
`;
}

/** Name → function that imports. */
function table(paths: readonly string[], root: string): string {
  const rows = paths.map((path) =>
    `  ${JSON.stringify(nameOf(path))}: () => import(${address(path, root)}),\n`
  );
  return `{\n${rows.join("")}}`;
}

function address(path: string, root: string): string {
  return JSON.stringify(new URL(path, root).href);
}

/** `crew_thread` for `load/crew_thread.ts`. */
function nameOf(path: string): string {
  return path.replace(/^.*\/|\.ts$/g, "");
}

/** A thread's address as the sources have it, once they are bundled. */
const THREAD = /new URL\("(?:[\w./]*\/)?(\w+_thread)\.ts", ?import\.meta\.url\)/g;

/** Where a module reads a file that lies beside it. */
const READ = /\bDeno\.readFile\(new URL\((\w+), ?import\.meta\.url\)\)/g;

/** Where a program may ask for its own address: for a thread's name, for its threads, and for the modules of the runtime. */
const NEARBY =
  /.{0,60}(?<!new URL\("#\w+", ?|createRequire\()import\.meta\.(?!url\)\.hash).{0,60}/g;

/**
 * Lets a bundle start its threads from itself.
 *
 * @param files Path beside the module that reads them → what is there. There may be one such module.
 * @throws {Error} When it starts one that is not in it, never starts one that is, or looks for something else beside itself.
 */
export function oneFile(
  bundle: string,
  threads: readonly string[],
  files: ReadonlyMap<string, Uint8Array>,
): string {
  const started = new Set<string>();
  const readers = bundle.match(READ)?.length ?? 0;
  if (readers > 1) throw new Error("More than one module reads files that lie beside it.");
  const text = ascii(bundle + (readers === 0 ? "" : carried(files)))
    .replace(READ, (_all, path: string) => `${CARRIED}(${path})`)
    .replace(THREAD, (_all, name: string) => {
      started.add(name);
      return `new URL("#${name}", import.meta.url)`;
    });
  const known = threads.map(nameOf);
  const strange = [...started].filter((name) => !known.includes(name));
  const idle = known.filter((name) => !started.has(name));
  if (strange.length > 0) throw new Error(`These threads are not packed: ${strange.join(", ")}`);
  if (idle.length > 0) throw new Error(`Nobody starts these threads: ${idle.join(", ")}`);
  const others = [...text.matchAll(NEARBY)].map(([use]) => use);
  if (others.length > 0) {
    throw new Error(`The program looks for what is beside it:\n${others.join("\n")}`);
  }
  return text;
}

const CARRIED = "carriedFile";

/** A function that gives a file. They stand inside of it, so that nothing is made of them before it is called. */
function carried(files: ReadonlyMap<string, Uint8Array>): string {
  const rows = [...files].map(([path, bytes]) => `${JSON.stringify(path)}: ${literal(bytes)},\n`);
  return `
async function ${CARRIED}(path) {
  const file = { __proto__: null, ${rows.join("")} }[path];
  if (file === undefined) throw new Error(path + " is not packed.");
  return typeof file === "string" ? new TextEncoder().encode(file) : Uint8Array.fromBase64(file[0]);
}
`;
}

/** Text as it is, other bytes in base64. */
function literal(bytes: Uint8Array): string {
  try {
    return JSON.stringify(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return JSON.stringify([bytes.toBase64()]);
  }
}

/** Text of which each character is a byte, also in memory: a string that has one of another kind takes two bytes for each. */
function ascii(code: string): string {
  return code.replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
