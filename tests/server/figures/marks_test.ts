/**
 * Marks of operators: on record first, then told to all who inspect the server; refused to others.
 *
 * @module
 */

import { Marks } from "../../../server/figures/marks.ts";
import { StorageError } from "../../../server/store/store_port.ts";
import { inspect } from "../../../server/commands/inspect.ts";
import type { HallView, UserView } from "../../../server/commands/types.ts";
import { connect } from "../../../server/wire/mod.ts";
import { assertEquals } from "../../assert.ts";
import { folder, startOn } from "../durable/place.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";

Deno.test("a mark is on record and in each inspection from then on", async () => {
  using place = folder();
  await using server = await startOn(place.path, {
    serve: { operatorToken: TOKEN },
  });
  const { port } = server;
  await using op = connect({ port, name: "Op", operator: () => TOKEN });
  await using other = connect({ port, name: "Other", operator: () => TOKEN });
  assertEquals((await other.inspect()).marks, undefined);
  const told = (await op.inspect("deployed 1.4")).marks?.map(({ by, text }) => [by, text]);
  assertEquals(told, [["Op", "deployed 1.4"]]);
  assertEquals((await other.inspect()).marks?.map(({ text }) => text), ["deployed 1.4"]);
  const { records } = await op.order.audit({ server: true });
  assertEquals(records.map(({ by, act, why }) => [by, act, why]), [["Op", "mark", "deployed 1.4"]]);
});

Deno.test("a mark is one short line, and operators' alone", () => {
  const answerTo = (operator: boolean, mark: string) => {
    const asker = { operator } as UserView;
    const [effect] = inspect(asker, {} as HallView, { type: "Inspect", mark });
    return effect?.do === "refuse" ? effect.code : effect?.do === "inspect" ? effect.mark : effect;
  };
  assertEquals(answerTo(false, "mine"), "auth_failed");
  for (const mark of ["", "  ", "two\nlines", "x".repeat(201), "\u001b[2J", "\u2028"]) {
    assertEquals(answerTo(true, mark), "invalid");
  }
  for (const mark of ["x", "déployé 1.4 ✓", "x".repeat(200)]) {
    assertEquals(answerTo(true, mark), mark);
  }
});

Deno.test("nothing is marked that the store refuses", async () => {
  const refusal = new StorageError("full");
  const marks = new Marks({ store: { append: ({ settled }) => settled(refusal) }, clock: () => 1 });
  assertEquals(await marks.add({ name: "Op", tag: "t" }, "p", "lost"), refusal);
  assertEquals(marks.newest, []);
});
