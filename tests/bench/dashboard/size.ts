/**
 * How large the page is on its way to a browser, and how long it takes to build.
 *
 * @module
 */

import manifest from "../../../deno.json" with { type: "json" };
import { Assets } from "../../../observe/dashboard/assets.ts";

/** What a browser fetches to show the page. */
const PATHS = ["/", "/page.js", "/page.css", "/icon.svg"];

/** Bytes of all files together. */
export interface Sizes {
  readonly identity: number;
  readonly gzip: number;
  readonly br: number;
}

/** The sizes, as the page server sends them. */
export async function sizes(): Promise<Sizes> {
  const assets = await Assets.read();
  const sum = async (encoding: string): Promise<number> => {
    let bytes = 0;
    for (const path of PATHS) {
      const answer = assets.answer(path, new Headers({ "accept-encoding": encoding }));
      bytes += (await answer?.bytes())?.length ?? NaN;
    }
    return bytes;
  };
  return { identity: await sum("identity"), gzip: await sum("gzip"), br: await sum("br") };
}

/** Seconds that a program of the project's Deno takes: building the page, or nothing, as the reference. */
export async function buildSeconds(what: "page" | "nothing", signal: AbortSignal): Promise<number> {
  const args = what === "page"
    ? [...manifest.tasks.page.split(" ").slice(1), "--check"]
    : ["eval", ""];
  const start = performance.now();
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: new URL("../../../", import.meta.url),
    stdout: "null",
    stderr: "piped",
    signal,
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr).trim());
  return (performance.now() - start) / 1_000;
}
