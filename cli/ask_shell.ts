/**
 * Asks the system's shell for what Deno does not tell: limits of the process and settings of the kernel.
 *
 * Reading `/proc` from Deno needs every permission there is, a shell only the one to run it, and that one is
 * given up before anything comes from outside.
 *
 * @module
 */

/** What a line of shell prints; `undefined` when there is no shell or it fails. */
function ask(script: string): string | undefined {
  try {
    const { success, stdout } = new Deno.Command("/bin/sh", {
      args: ["-c", script],
      stderr: "null",
    })
      .outputSync();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable) return;
    throw error;
  }
}

/** How many files this process may have open; `undefined` when that is unknown or unlimited. */
export function openFilesMax(): number | undefined {
  const number = Number(ask("ulimit -n"));
  return Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

/** After how many seconds of silence the kernel asks a TCP peer for a sign of life. */
export function keepAliveSeconds(): number | undefined {
  const number = Number(ask("cat /proc/sys/net/ipv4/tcp_keepalive_time") || NaN);
  return Number.isSafeInteger(number) ? number : undefined;
}
