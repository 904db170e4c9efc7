/**
 * The operator's token in the data directory.
 *
 * @module
 */

import { addressOfToken, findOperatorToken, operatorToken } from "../../cli/operator_token.ts";
import { assertEquals } from "../assert.ts";

const HERE = { host: "127.0.0.1", port: 9_000 };

Deno.test("a server that ends takes its token with it, but not that of another one that has its directory now", () => {
  const directory = Deno.makeTempDirSync();
  try {
    const first = operatorToken(directory);
    const second = operatorToken(directory);
    first[Symbol.dispose]();
    assertEquals(findOperatorToken(directory, HERE), second.token);
    second[Symbol.dispose]();
    assertEquals(findOperatorToken(directory, HERE), undefined);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
});

Deno.test("the token that a server has left on this machine is shown to no other machine's", () => {
  const directory = Deno.makeTempDirSync();
  try {
    using own = operatorToken(directory);
    for (const host of ["127.0.0.1", "localhost", "::1"]) {
      assertEquals(findOperatorToken(directory, { ...HERE, host }), own.token);
    }
    for (const host of ["192.0.2.7", "chat.example.org", "127.0.0.1.example.org", "::"]) {
      assertEquals(findOperatorToken(directory, { ...HERE, host }), undefined, host);
    }
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
});

Deno.test("the token of the server on one port is shown to none that listens on another, also behind a crash", () => {
  const directory = Deno.makeTempDirSync();
  try {
    const crashed = operatorToken(directory);
    crashed.listensOn({ ...HERE, port: 8_080 });
    {
      using own = operatorToken(directory);
      own.listensOn(HERE);
      assertEquals(findOperatorToken(directory, HERE), own.token);
      assertEquals(findOperatorToken(directory, { ...HERE, port: 8_080 }), undefined);
    }
    assertEquals([...Deno.readDirSync(directory)], []);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
});

Deno.test("the token is shown to no other address of the machine, on which somebody else may listen on the same port", () => {
  const shown = (listens: string): string[] => {
    const directory = Deno.makeTempDirSync();
    try {
      using own = operatorToken(directory);
      own.listensOn({ ...HERE, host: listens });
      const asked = ["localhost", "127.0.0.1", "127.0.0.2", "::1", "[::1]"];
      return asked.filter((host) => findOperatorToken(directory, { ...HERE, host }) === own.token)
        .map((host) => addressOfToken(directory, { ...HERE, host }).host);
    } finally {
      Deno.removeSync(directory, { recursive: true });
    }
  };
  assertEquals(shown("127.0.0.1"), ["127.0.0.1", "127.0.0.1"]);
  assertEquals(shown("::1"), ["::1", "::1", "[::1]"]);
  assertEquals(shown("0.0.0.0"), ["127.0.0.1", "127.0.0.1", "127.0.0.2"]);
  assertEquals(shown("192.0.2.7"), []);
  assertEquals(shown("::"), ["::1", "127.0.0.1", "127.0.0.2", "::1", "[::1]"]);
});
