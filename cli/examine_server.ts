/**
 * Looks, for `chat doctor`, at what a server here would need to survive a crash.
 *
 * @module
 */

import { readdir } from "node:fs/promises";
import { certificateFacts } from "../server/mod.ts";
import { isClockSet, memoryFree, mountOf, openFilesMax, startedBy } from "./ask_shell.ts";
import type { Finding } from "./examine.ts";
import { type ServerFacts, survivalFindings } from "./survival.ts";
import { readPem } from "./tls/certificate_files.ts";

/** What a store has that is one. */
const MANIFEST = /^\d+\.manifest$/;

/**
 * Findings about the machine of a server: where its store is, which is nowhere else.
 *
 * @param cert File of the certificate that it is to show.
 */
export async function examineServer(data: string, cert?: string): Promise<readonly Finding[]> {
  // Why it cannot be looked at is a finding of its own.
  const names = await readdir(data).catch(() => []);
  if (!names.some((name) => MANIFEST.test(name))) return [];
  return survivalFindings({
    mounted: mountOf(data),
    clockIsSet: isClockSet(),
    memoryFree: memoryFree(),
    startedBy: startedBy(),
    openFiles: openFilesMax(),
    ...(cert === undefined ? {} : { certificate: await certificateAt(cert) }),
    nowMs: Date.now(),
  });
}

async function certificateAt(path: string): Promise<NonNullable<ServerFacts["certificate"]>> {
  try {
    return certificateFacts(await readPem(path, "certificate"));
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
}
