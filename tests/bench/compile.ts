/**
 * Builds the C programs of the benchmark (c/*.c) into a temporary folder.
 *
 *   c/load.c       the load generator, with c/speech.c: in which protocol it speaks
 *   c/broadcast.c  the reference server, taken as the limit
 *   c/blast.c      the two ends of a file transfer
 *   c/relay.c      what passes a file on and does nothing else
 *   c/flood.c      calls without anything else, for the observer
 *   c/sends.c      what a send costs, for the way of a message
 *
 * Built anew for every run, with `cc` or `gcc` and -O2: nothing to keep up to date, nothing binary
 * in the tree. A machine without a compiler is an outcome, not a failure.
 *
 * @module
 */

import { fileURLToPath } from "node:url";

/** The C programs by name, in a folder that dispose removes. */
export interface Programs extends AsyncDisposable {
  readonly load: string;
  readonly broadcast: string;
  readonly blast: string;
  readonly relay: string;
  readonly flood: string;
  readonly sends: string;
  /** The server that is written with tokio, where it was built. */
  readonly tokio?: string;
  /** A folder for whatever the servers want to write. */
  readonly scratch: string;
}

/** Builds all of them; undefined when there is no C compiler here. */
export async function compilePrograms(signal: AbortSignal): Promise<Programs | undefined> {
  const compiler = await findCompiler();
  if (compiler === undefined) return undefined;
  const folder = await Deno.makeTempDir({ prefix: "chat-bench-" });
  const remove = () => Deno.remove(folder, { recursive: true });
  try {
    const load = await compile({ compiler, name: "load", parts: ["speech"], folder, signal });
    const broadcast = await compile({ compiler, name: "broadcast", folder, signal });
    const blast = await compile({ compiler, name: "blast", folder, signal });
    const relay = await compile({ compiler, name: "relay", folder, signal });
    const flood = await compile({ compiler, name: "flood", folder, signal });
    const sends = await compile({ compiler, name: "sends", folder, signal });
    return {
      load,
      broadcast,
      blast,
      relay,
      flood,
      sends,
      scratch: folder,
      [Symbol.asyncDispose]: remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function findCompiler(): Promise<string | undefined> {
  for (const name of ["cc", "gcc"]) {
    try {
      const { success } = await new Deno.Command(name, {
        args: ["--version"],
        stdout: "null",
        stderr: "null",
      }).output();
      if (success) return name;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return undefined;
}

async function compile(
  job: {
    readonly compiler: string;
    readonly name: string;
    /** Other sources that belong to it. */
    readonly parts?: readonly string[];
    readonly folder: string;
    readonly signal: AbortSignal;
  },
): Promise<string> {
  const program = `${job.folder}/${job.name}`;
  const sources = [job.name, ...job.parts ?? []].map((name) =>
    fileURLToPath(new URL(`c/${name}.c`, import.meta.url))
  );
  const { success, stderr } = await new Deno.Command(job.compiler, {
    args: ["-O2", "-Wall", "-Wextra", "-o", program, ...sources],
    signal: job.signal,
  }).output();
  if (success) return program;
  throw new Error(`Cannot compile ${job.name}.c:\n${new TextDecoder().decode(stderr)}`);
}
