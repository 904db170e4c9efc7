/**
 * What the kernel tells of a process: its memory, its time on a core, and its time waiting for one.
 *
 * The last is how the suite tells a slow server from a busy machine: `/proc/PID/schedstat` counts the nanoseconds in
 * which the main thread could have run and had no core. A latency minus what server and prober waited for a core
 * meanwhile is what the server itself has made.
 *
 * @module
 */

/** A process's memory, in bytes. */
export interface Memory {
  readonly resident: number;
  readonly peak: number;
}

/** Kernel ticks a second, as every Linux tells programs. */
const TICKS_PER_SECOND = 100;

/** Its memory now and its peak; `undefined` when it has gone. */
export function memoryOf(pid: number): Memory | undefined {
  const status = read(pid, "status");
  const kib = (name: string) =>
    Number(new RegExp(`^${name}:\\s*(\\d+) kB$`, "m").exec(status)?.[1]);
  const resident = kib("VmRSS") * 1024;
  const peak = kib("VmHWM") * 1024;
  return Number.isNaN(resident) || Number.isNaN(peak) ? undefined : { resident, peak };
}

/** Lets its peak begin anew. */
export function forgetPeak(pid: number): void {
  Deno.writeTextFileSync(`/proc/${pid}/clear_refs`, "5");
}

/** How long its main thread has waited for a core so far, in ms; 0 where the kernel does not count it. */
export function waitedMs(pid: number | "self"): number {
  const nanoseconds = Number(read(pid, "schedstat").split(" ")[1]);
  return Number.isNaN(nanoseconds) ? 0 : nanoseconds / 1e6;
}

/** Time on cores of all its threads so far, in ms. */
export function busyMs(pid: number | "self"): number {
  // Behind the name, which may have spaces, the 12th and 13th fields are user and system ticks.
  const fields = read(pid, "stat").replace(/^.*\) /s, "").split(" ");
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND * 1000;
}

function read(pid: number | "self", name: string): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/${name}`);
  } catch (error) {
    // ESRCH: it ended between opening and reading.
    if (error instanceof Deno.errors.NotFound || /ESRCH|No such process/.test(String(error))) {
      return "";
    }
    throw error;
  }
}
