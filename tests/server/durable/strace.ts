/**
 * Faults in system calls of a running process, by `strace`, from one moment to another.
 *
 * It is attached to the server when the server listens: so the calls of the start need not be counted, and the
 * fault ends when it is detached.
 *
 * @module
 */

import { assert } from "../../assert.ts";
import { within } from "../../harness.ts";

/** `strace` at work. */
export interface Fault extends AsyncDisposable {
  /** Ends the fault and gives the calls that were seen. Idempotent. */
  end(): Promise<string>;
}

/**
 * Begins a fault in all threads of a process.
 *
 * @param inject As for `strace -e inject=`.
 * @param path Only calls that concern this file.
 */
export async function fault(pid: number, inject: string, path?: string): Promise<Fault> {
  const calls = inject.slice(0, inject.indexOf(":"));
  const child = new Deno.Command("strace", {
    args: [
      ...["-f", "-p", `${pid}`, "-e", `trace=${calls}`, "-e", `inject=${inject}`],
      ...(path === undefined ? [] : ["-P", path]),
    ],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let seen = "";
  const attached = Promise.withResolvers<void>();
  const reading = (async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      seen += text;
      if (/ attached/.test(seen)) attached.resolve();
    }
    attached.reject(new Error(`strace ended: ${seen}`));
  })();
  attached.promise.catch(() => {});
  let ending: Promise<string> | undefined;
  const end = () =>
    ending ??= (async () => {
      try {
        child.kill("SIGINT");
      } catch (error) {
        if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
      }
      await within(child.status, "The end of strace");
      await reading;
      return seen;
    })();
  try {
    await within(attached.promise, "strace is attached");
  } catch (error) {
    await end();
    throw error;
  }
  return { end, [Symbol.asyncDispose]: async () => void await end() };
}

/** The process that writes to a store. */
export function writerOf(path: string): number {
  return Number.parseInt(Deno.readTextFileSync(`${path}/LOCK`), 10);
}

/** The file to which a store appends. */
export function activeSegment(path: string): string {
  const names = [...Deno.readDirSync(path)].map(({ name }) => name);
  const last = names.filter((name) => name.endsWith(".segment")).sort().at(-1);
  assert(last !== undefined, `No segment among ${names.join(", ")}`);
  return `${path}/${last}`;
}
