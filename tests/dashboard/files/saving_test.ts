/**
 * A browser's answer as the place of a file: whole, compared, resumed, and never more than the file.
 *
 * @module
 */

import { Saving } from "../../../observe/dashboard/files/saving.ts";
import { assert, assertEquals } from "../../assert.ts";
import { breakingAt, pieces, sha256, someBytes } from "../../cli/files/place.ts";
import { turns, within } from "../../within.ts";

const BYTES = someBytes(100_000);
const OFFER = { size: BYTES.length, sha256: sha256(BYTES) };

function saving(offer: { size: number; sha256?: string } = OFFER) {
  const gone = Promise.withResolvers<void>();
  const one = new Saving({ offer, onGone: gone.resolve });
  return { one, gone: gone.promise, body: new Response(one.body).bytes() };
}

async function take(one: Saving, from: (offset: number) => AsyncIterable<Uint8Array>) {
  const sink = await one.sink();
  assert(sink !== undefined);
  return await within(sink.take(from(sink.offset)), "the end of taking");
}

Deno.test("what breaks off goes on in the same answer, and is compared as a whole", async () => {
  const { one, body } = saving();
  const broken = await take(one, breakingAt(BYTES, 60_000));
  assertEquals(broken, {
    kind: "partial",
    offset: 60_000,
    why: "ended",
    reason: "The line broke.",
  });
  const done = await take(one, (offset) => pieces(BYTES, offset));
  assertEquals(done, { kind: "done", sha256: OFFER.sha256 });
  assertEquals(sha256(await within(body, "the body")), OFFER.sha256);
});

Deno.test("of another file the last piece is held back, so that the answer is short", async () => {
  const other = BYTES.slice();
  other[0] = (other[0] ?? 0) ^ 1;
  const { one, body } = saving();
  const end = await take(one, (offset) => pieces(other, offset));
  assertEquals(end, { kind: "mismatch", sha256: sha256(other) });
  assertEquals((await within(body, "the body")).length, 99_000);
});

Deno.test("a sender that says more gets no byte more into the answer", async () => {
  const { one, body } = saving({ size: 1_500 });
  const end = await take(one, () => pieces(BYTES));
  assertEquals(end, { kind: "done", sha256: sha256(BYTES.subarray(0, 1_500)) });
  assertEquals((await within(body, "the body")).length, 1_500);
});

Deno.test("an empty file is an empty answer", async () => {
  const empty = new Uint8Array();
  const { one, body } = saving({ size: 0, sha256: sha256(empty) });
  assertEquals((await take(one, () => pieces(empty))).kind, "done");
  assertEquals((await within(body, "the body")).length, 0);
});

Deno.test("a browser that takes nothing keeps the sender waiting", async () => {
  const one = new Saving({ offer: OFFER, onGone: () => {} });
  let asked = 0;
  const sink = await one.sink();
  const taking = sink?.take((async function* () {
    for await (const piece of pieces(BYTES)) {
      asked++;
      yield piece;
    }
  })());
  // Every turn that the sender could use.
  await turns(50);
  assert(asked <= 3, `${asked} pieces were asked for`);
  const reader = one.body.getReader();
  await reader.cancel();
  assertEquals((await within(Promise.resolve(taking), "the end"))?.kind, "partial");
});

Deno.test("a browser that goes away is noticed, also while nothing comes", async () => {
  const one = new Saving({ offer: OFFER, onGone: () => gone.resolve() });
  const gone = Promise.withResolvers<void>();
  await one.body.cancel();
  await within(gone.promise, "the news");
  assertEquals(await one.sink(), undefined);
});
