/**
 * What a server on this machine takes: which process listens, and its share of the processors and the memory.
 *
 * The runtime lets nobody read `/proc` who has not every permission there is, so that is asked of `ss` and `cat`. Where
 * they are missing, or the process is somebody else's, there is no answer, which is no error.
 *
 * @module
 */

/** What a process has taken up to now. */
export interface Usage {
  readonly pid: number;
  readonly atMs: number;
  readonly cpuSeconds: number;
  readonly rssBytes: number;
  readonly peakBytes: number;
}

/** What a process took in some time. */
export interface Costs {
  readonly pid: number;
  /** Cores, so 1.5 for one and a half. */
  readonly cores: number;
  readonly rssBytes: number;
  /** The most since it was started. */
  readonly peakBytes: number;
}

/** Ticks of the kernel's clock for processes, per second: 100 on every Linux that one meets. */
const TICKS_PER_S = 100;

/** The process that listens on a port of this machine. */
export async function processAt(port: number): Promise<number | undefined> {
  const text = await outputOf("ss", "-Hltnp", `sport = :${port}`);
  const pid = /\bpid=(\d+)/.exec(text)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

/** A connection of this machine to a port, seen from the client's end. */
export interface ClientEnd {
  readonly pid: number;
  /** Its own address. */
  readonly address: string;
}

/** Which processes of this machine are connected to a port, and from which addresses; of those that may be known. */
export async function clientsOf(port: number): Promise<readonly ClientEnd[]> {
  return parseClients(await outputOf("ss", "-Htnp", `dport = :${port}`));
}

/** Reads what `ss` prints of connections. Pure. */
export function parseClients(text: string): readonly ClientEnd[] {
  return text.split("\n").flatMap((line) => {
    const [, , , address] = line.trim().split(/\s+/);
    const pid = /\bpid=(\d+)/.exec(line)?.[1];
    return address === undefined || pid === undefined ? [] : [{ pid: Number(pid), address }];
  });
}

/** What it has taken so far. */
export async function usageOf(pid: number): Promise<Usage | undefined> {
  const text = await outputOf("cat", `/proc/${pid}/stat`, `/proc/${pid}/status`);
  return parseUsage(pid, text, performance.now());
}

/** Reads the kernel's two files, one behind the other. Pure. */
export function parseUsage(pid: number, text: string, atMs: number): Usage | undefined {
  // Behind the name, which may contain anything: fields 14 and 15 are ticks in user and kernel mode.
  const stat = text.slice(0, text.indexOf("\n"));
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const cpuSeconds = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
  const kib = (name: string) => Number(new RegExp(`^${name}:\\s*(\\d+) kB$`, "m").exec(text)?.[1]);
  const [rss, peak] = [kib("VmRSS"), kib("VmHWM")];
  if (![cpuSeconds, rss, peak].every(Number.isFinite)) return undefined;
  return { pid, atMs, cpuSeconds, rssBytes: rss * 1_024, peakBytes: peak * 1_024 };
}

/** What it took between two looks. */
export function costsBetween(before: Usage, after: Usage): Costs {
  const { pid, rssBytes, peakBytes } = after;
  const seconds = (after.atMs - before.atMs) / 1_000;
  return { pid, cores: (after.cpuSeconds - before.cpuSeconds) / seconds, rssBytes, peakBytes };
}

async function outputOf(command: string, ...args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await new Deno.Command(command, {
      args: [...args],
      stdin: "null",
      stderr: "null",
    }).output();
    return new TextDecoder().decode(stdout);
  } catch {
    return "";
  }
}
