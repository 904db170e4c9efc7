/**
 * Where and when it was measured.
 *
 * @module
 */

import { fileURLToPath } from "node:url";

/** What figures depend on. */
export interface Machine {
  /** `2026-03-02` */
  readonly date: string;
  readonly processor: string;
  readonly cores: number;
  readonly kernel: string;
  readonly deno: string;
  /** Of this checkout, short; with a plus when it has changes. */
  readonly commit: string;
}

/** Asks the system. */
export async function thisMachine(): Promise<Machine> {
  const info = await Deno.readTextFile("/proc/cpuinfo").catch(() => "");
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const commit = await said("git", ["-C", root, "rev-parse", "--short", "HEAD"]);
  const changes = await said("git", ["-C", root, "status", "--porcelain", "-uno"]);
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: /^model name\s*:\s*(.+)$/m.exec(info)?.[1] ?? Deno.build.arch,
    cores: navigator.hardwareConcurrency,
    kernel: `${Deno.build.os} ${Deno.osRelease()}`,
    deno: Deno.version.deno,
    commit: `${commit || "no commit"}${changes === "" ? "" : "+"}`,
  };
}

/** In a line. */
export function lineOf({ date, processor, cores, kernel, deno, commit }: Machine): string {
  return `${date}, ${processor}, ${cores} cores, ${kernel}, Deno ${deno}, commit ${commit}`;
}

async function said(command: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await new Deno.Command(command, { args: [...args], stderr: "null" })
      .output();
    return new TextDecoder().decode(stdout).trim();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
