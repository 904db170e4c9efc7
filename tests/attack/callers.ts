/**
 * Who calls once and goes: somebody new who logs in, and a supervisor who asks for the server's health.
 *
 * Each call gives in a word what is wrong with the answer: the code of an error, `closed` when there was none, or
 * nothing when all is well.
 *
 * @module
 */

import { frame, joined, utf8 } from "./bytes.ts";
import { dial, HONEST_ADDRESS } from "./dial.ts";
import { FrameCutter } from "./frames.ts";
import { SETTLE_MS_MAX } from "./numbers.ts";

/** Logs in, is welcome, and goes. */
export function comeIn(port: number, username: string): Promise<string> {
  return call(port, frame({ type: "Login", username }), wrongWelcome);
}

/** Asks `/healthz`. */
export function askHealth(port: number): Promise<string> {
  const request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  return call(port, utf8(request), wrongHealth);
}

/** Asks once. @param wrongOf Says what is wrong with what has come; `undefined` while that is not known. */
async function call(
  port: number,
  request: Uint8Array,
  wrongOf: (come: Uint8Array) => string | undefined,
): Promise<string> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), SETTLE_MS_MAX);
  try {
    const dialled = await dial(port, { from: HONEST_ADDRESS, signal: patience.signal });
    if (typeof dialled === "string") return dialled;
    using line = dialled;
    patience.signal.addEventListener("abort", () => line[Symbol.dispose](), { once: true });
    await line.write(request);
    let come: Uint8Array = new Uint8Array();
    for (let piece; (piece = await line.read()) !== undefined;) {
      come = joined([come, piece]);
      const wrong = wrongOf(come);
      if (wrong !== undefined) return wrong;
    }
    return "closed";
  } finally {
    clearTimeout(timer);
  }
}

function wrongWelcome(come: Uint8Array): string | undefined {
  for (const { type, code } of new FrameCutter().take(come)) {
    return type === "Welcome" ? "" : String(code ?? type);
  }
  return undefined;
}

function wrongHealth(come: Uint8Array): string | undefined {
  const status = /^HTTP\/1\.1 (\d+) /.exec(new TextDecoder().decode(come))?.[1];
  return status === "200" ? "" : status;
}
