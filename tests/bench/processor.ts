/**
 * What a process has taken of the processors.
 *
 * @module
 */

/** Seconds of processor time that a process has taken: what kernel programs take in its calls is among them. */
export async function cpuSeconds(pid: number): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  // After the name, which may contain anything: fields 14 and 15, in hundredths.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
