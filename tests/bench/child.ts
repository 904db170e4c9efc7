/**
 * A program that the benchmark starts, held with `await using`.
 *
 *   startChild -> firstLine (the program says it is ready) -> ... -> dispose: TERM, then KILL
 *
 * Invariants: stdout and stderr are always read to their end, so the program never blocks on a
 * full pipe; after dispose it is gone, whatever it does with TERM; dispose twice is harmless.
 * The abort signal ends it too, so Ctrl-C needs nothing else.
 *
 * It does not restart anything and does not give the output on as a stream: a first line, and the
 * last words for an error message, are all that a benchmark needs.
 *
 * @module
 */

/** How long a program may take to end by itself after TERM. */
const termPatienceMs = 3000;

/** How much of stderr is kept for an error message. */
const lastWordsCharsMax = 2000;

/** A running program. */
export interface Child extends AsyncDisposable {
  readonly pid: number;
  /** The first line of stdout; rejects when the program ends before it is whole. */
  readonly firstLine: Promise<string>;
  /** The exit code. Never rejects. */
  readonly ended: Promise<number>;
  /** The end of what it said on stderr. */
  lastWords(): string;
  /** Ends its stdin, if that was asked for. */
  closeStdin(): Promise<void>;
}

/** What to start. */
export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly signal: AbortSignal;
  readonly cwd?: string | URL;
  readonly env?: Record<string, string>;
  /** Gives it a stdin that stays open until `closeStdin`. */
  readonly stdin?: boolean;
}

/** Starts a program. */
export function startChild(options: ChildOptions): Child {
  const { command, args, signal, cwd, env, stdin } = options;
  const process = new Deno.Command(command, {
    args: [...args],
    signal,
    stdin: stdin ? "piped" : "null",
    stdout: "piped",
    stderr: "piped",
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
  }).spawn();

  const first = Promise.withResolvers<string>();
  first.promise.catch(() => {}); // may reject before anybody waits for it
  const outRead = readFirstLine(process.stdout, first.resolve).then(() =>
    first.reject(new Error(`${command} ended before it was ready`))
  );
  let words = "";
  const errRead = readText(process.stderr, (text) => {
    words = (words + text).slice(-lastWordsCharsMax);
  });
  let running = true;
  const ended = process.status.then(async (status) => {
    running = false;
    await Promise.all([outRead, errRead]);
    return status.code;
  });

  function kill(name: Deno.Signal): void {
    try {
      if (running) process.kill(name);
    } catch (error) {
      // It has just ended, and `running` does not know yet.
      if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  let stdinOpen = stdin === true;
  async function closeStdin(): Promise<void> {
    if (!stdinOpen) return;
    stdinOpen = false;
    await process.stdin.close().catch(() => {}); // a broken pipe: it has ended already
  }

  return {
    pid: process.pid,
    firstLine: first.promise,
    ended,
    lastWords: () => words.trim(),
    closeStdin,
    async [Symbol.asyncDispose](): Promise<void> {
      await closeStdin();
      kill("SIGTERM");
      const timer = setTimeout(() => kill("SIGKILL"), termPatienceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

async function readText(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  take: (text: string) => void,
): Promise<void> {
  for await (const text of stream.pipeThrough(new TextDecoderStream())) take(text);
}

/** Hands over the first line as soon as it is whole, then reads on and forgets. */
async function readFirstLine(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  found: (line: string) => void,
): Promise<void> {
  let line: string | undefined = "";
  await readText(stream, (text) => {
    if (line === undefined) return;
    line += text;
    const end = line.indexOf("\n");
    if (end < 0) return;
    found(line.slice(0, end));
    line = undefined;
  });
}
