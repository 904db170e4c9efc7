/**
 * Whose work goes along, and what of theirs.
 *
 * @module
 */

import { asComment, type Info, noticesText, packagesOf } from "../../cli/pack/notices.ts";
import { assertEquals, assertThrows } from "../assert.ts";

const pack = (name: string, ...dependencies: string[]) => ({
  name,
  version: "1.0.0",
  dependencies,
  localPath: `/${name}`,
});

Deno.test("packagesOf() follows what is imported, and leaves what is only known", () => {
  const npmPackages = {
    "b@1.0.0": pack("b", "a@1.0.0"),
    "a@1.0.0": pack("a", "b@1.0.0"),
    "test@1.0.0": pack("test"),
  };
  const info: Info = { modules: [{}, { npmPackage: "b@1.0.0" }], npmPackages };
  assertEquals(packagesOf([info, info]).map(({ name }) => name), ["a", "b"]);
  assertThrows(() => packagesOf([{ ...info, npmPackages: {} }]), Error);
});

Deno.test("noticesText() says a text once for all that have it, and a comment ends where it should", () => {
  const text = noticesText([
    { name: "a", version: "1.0.0", text: "Do */ as you like.\n" },
    { name: "b", version: "2.0.0", text: "Do */ as you like." },
  ]);
  assertEquals(text.split("Do */").length, 2);
  assertEquals(text.includes("a 1.0.0, b 2.0.0\n"), true);
  assertEquals((0, eval)(`${asComment(text)}7`), 7);
});
