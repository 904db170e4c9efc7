/**
 * Until when somebody has to have come in: longer for who was asked for a password, and for nobody for ever.
 *
 * @module
 */

import { PASSWORD_MS_MAX } from "../../../server/accounts/limits.ts";
import type { Codec } from "../../../server/codec/codec.ts";
import { LIMITS_DEFAULT } from "../../../server/limits.ts";
import type { Link } from "../../../server/link/link.ts";
import { Deadlines } from "../../../server/session/deadlines.ts";
import type { State } from "../../../server/session/session_state.ts";
import { assertEquals } from "../../assert.ts";

const LIMITS = { ...LIMITS_DEFAULT, connectionsMax: 1, memoryBytesMax: 1 };
const LINK = {
  openedMs: 0,
  check: () => ({ silentMs: 0, stalledMs: 0 }),
} as unknown as Link;
const CODEC = { speech: "text" } as Codec;

/** When a connection that stands so is ended, looked at once a second. */
function endsAfterMs(state: State): number {
  const deadlines = new Deadlines(LIMITS, LINK);
  for (let nowMs = 0;; nowMs += 1_000) {
    if (deadlines.check(nowMs, state, () => false).kind === "end") return nowMs;
  }
}

Deno.test("who has not logged in has its time, and who was asked for a password has longer", () => {
  const { loginMsMax } = LIMITS;
  assertEquals(endsAfterMs({ kind: "greeting" }), loginMsMax + 1_000);
  assertEquals(endsAfterMs({ kind: "login", codec: CODEC }), loginMsMax + 1_000);
  assertEquals(endsAfterMs({ kind: "login", codec: CODEC, asked: true }), PASSWORD_MS_MAX + 1_000);
});
