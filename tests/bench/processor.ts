/**
 * What processes have taken of the processors.
 *
 * @module
 */

/** Seconds of processor time that a process has taken: what kernel programs take in its calls is among them. */
export async function cpuSeconds(pid: number): Promise<number> {
  return (await readStat(pid)).cpuSeconds;
}

/** The same in two: in the process itself, and in the kernel for it. */
export async function cpuParts(
  pid: number,
): Promise<{ readonly own: number; readonly kernel: number }> {
  const { own, kernel } = await readStat(pid);
  return { own, kernel };
}

/** The same of all processes that a process has started, and those have, as far as `named` knows their names. */
export async function descendantsSeconds(pid: number, named: RegExp): Promise<number> {
  const children = new Map<number, Stat[]>();
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readStat(Number(name)).catch(() => undefined);
    // It has ended since the directory was read.
    if (stat === undefined) continue;
    children.set(stat.parent, [...children.get(stat.parent) ?? [], stat]);
  }
  const sum = (parent: number): number =>
    (children.get(parent) ?? []).reduce(
      (all, { pid, name, cpuSeconds }) => all + (named.test(name) ? cpuSeconds : 0) + sum(pid),
      0,
    );
  return sum(pid);
}

interface Stat {
  readonly pid: number;
  readonly name: string;
  readonly parent: number;
  readonly cpuSeconds: number;
  readonly own: number;
  readonly kernel: number;
}

async function readStat(pid: number): Promise<Stat> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  // After the name, which may contain anything: fields 4, 14 and 15, times in hundredths.
  const end = stat.lastIndexOf(")");
  const fields = stat.slice(end + 2).split(" ");
  const [own, kernel] = [Number(fields[11]) / 100, Number(fields[12]) / 100];
  return {
    pid,
    own,
    kernel,
    name: stat.slice(stat.indexOf("(") + 1, end),
    parent: Number(fields[1]),
    cpuSeconds: own + kernel,
  };
}
