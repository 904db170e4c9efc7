/**
 * A display without a screen, for windows that nobody looks at.
 *
 * @module
 */

import { within } from "../harness.ts";
import { hasProgram } from "../skips.ts";

const XVFB = "/usr/bin/Xvfb";
const WEBKIT = ["x86_64", "aarch64"].map((machine) =>
  `/usr/lib/${machine}-linux-gnu/libwebkitgtk-6.0.so.4`
);

/** What a window needs, for `testWith`. */
export const WINDOW_NEEDS: readonly string[] = [XVFB, WEBKIT.find(hasProgram) ?? WEBKIT[0] ?? ""];

/** A display that is there. */
export interface Display extends AsyncDisposable {
  /** For `DISPLAY`. */
  readonly name: string;
}

/** Starts one. */
export async function startDisplay(): Promise<Display> {
  const display = new Deno.Command(XVFB, {
    args: ["-displayfd", "1", "-screen", "0", "1280x840x24"],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = display.stdout.pipeThrough(new TextDecoderStream()).getReader();
  // To the end of the line: it is written in pieces, and whoever stops listening in between ends the display.
  let number = "";
  while (!number.endsWith("\n")) {
    const { value } = await within(reader.read(), "the display's number");
    number += value;
  }
  return {
    name: `:${number.trim()}`,
    async [Symbol.asyncDispose]() {
      display.kill();
      await reader.cancel();
      await display.status;
    },
  };
}
