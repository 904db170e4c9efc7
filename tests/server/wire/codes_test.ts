/**
 * Error codes: the contract's closed list, word for word.
 *
 * @module
 */

import { ERROR_CODES, ERROR_SENTENCES } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";

Deno.test("ERROR_CODES is the contract's list in the contract's order", () => {
  assertEquals(
    ERROR_CODES.join(", "),
    "bad_frame, frame_too_large, unknown_type, invalid, login_required, name_taken, bad_name, " +
      "auth_failed, not_found, not_in_room, too_long, rate_limited, slow_consumer, storage, busy, " +
      "shutting_down, internal, unknown, forbidden, banned",
  );
});

Deno.test("ERROR_SENTENCES holds a different sentence for each code", () => {
  const sentences = Object.values(ERROR_SENTENCES);
  assertEquals(new Set(sentences).size, ERROR_CODES.length);
  for (const sentence of sentences) assert(/^[A-Z].*\.$/.test(sentence), sentence);
});
