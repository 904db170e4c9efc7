/**
 * The operator's token in the data directory.
 *
 * @module
 */

import { findOperatorToken, operatorToken } from "../../cli/operator_token.ts";
import { assertEquals } from "../assert.ts";

Deno.test("a server that ends takes its token with it, but not that of another one that has its directory now", () => {
  const directory = Deno.makeTempDirSync();
  try {
    const first = operatorToken(directory);
    const second = operatorToken(directory);
    first[Symbol.dispose]();
    assertEquals(findOperatorToken(directory), second.token);
    second[Symbol.dispose]();
    assertEquals(findOperatorToken(directory), undefined);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
});
