/**
 * The bans of a server while they are on their way to the disk: none is lost for one that the store does not take.
 *
 * @module
 */

import { Sanctions } from "../../../server/order/sanctions.ts";
import { ServerBans } from "../../../server/order/server_bans.ts";
import { StorageError } from "../../../server/store/store_port.ts";
import { assert, assertEquals } from "../../assert.ts";

Deno.test("a ban that is on its way is there also when a further one was refused, and the refused one is not", () => {
  const bans = new ServerBans({ banned: new Sanctions() }, () => 1_000);
  const ban = (name: string) => {
    const list = bans.after({ act: "ban", whom: { name } }, "Root", { nowMs: 1_000 });
    assert(!("code" in list));
    return bans.comes(list);
  };
  const eve = ban("Eve");
  ban("Mallory")(new StorageError("too long"));
  const cleo = ban("Cleo");
  assertEquals(bans.all, []);
  eve();
  assertEquals(bans.all.map(({ name }) => name), ["Eve"]);
  cleo();
  assertEquals(bans.all.map(({ name }) => name), ["Eve", "Cleo"]);
});
