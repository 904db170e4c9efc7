/**
 * Under which name somebody comes in, or why not.
 *
 * @module
 */

import { admit, type Holder } from "../../../server/commands/login.ts";
import type { FoldedName, Login } from "../../../server/wire/mod.ts";
import { assertEquals } from "../../assert.ts";

const HOLDER: Holder = {
  key: "alice" as FoldedName,
  session: "secret of the holder",
  registered: false,
};

function login(username: string, session?: string): Login {
  return { type: "Login", username, ...(session === undefined ? {} : { session }) };
}

Deno.test("admit() lets a free name in, in its compatibility form", () => {
  assertEquals(admit(login("Ａlice"), () => undefined), {
    kind: "admit",
    name: "Alice",
    replaces: false,
    operator: false,
  });
});

Deno.test("admit() asks for the holder of the checked name", () => {
  const asked: string[] = [];
  admit(login("Ａlice"), (name) => void asked.push(name));
  assertEquals(asked, ["Alice"]);
});

Deno.test("admit() refuses a name that somebody has, in the contract's words", () => {
  assertEquals(admit(login("Alice"), () => HOLDER), {
    kind: "refuse",
    code: "name_taken",
    msg: "Name 'Alice' is already taken.",
  });
});

Deno.test("admit() refuses a wrong session", () => {
  assertEquals(admit(login("Alice", "a guess"), () => HOLDER).kind, "refuse");
});

Deno.test("admit() lets the holder's own client replace its connection", () => {
  assertEquals(admit(login("Alice", HOLDER.session), () => HOLDER), {
    kind: "admit",
    name: "Alice",
    replaces: true,
    operator: false,
  });
});

Deno.test("admit() refuses a bad name before it looks who has it", () => {
  const admission = admit(login("a b"), () => HOLDER);
  assertEquals(admission, {
    kind: "refuse",
    code: "bad_name",
    msg: "A name is made of letters, digits, '_', '-' and '.'.",
  });
});
