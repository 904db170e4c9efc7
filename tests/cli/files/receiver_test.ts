/**
 * Receiving on a real disk: what arrives, what stays after every kind of break, and what a resume makes of it.
 *
 * @module
 */

import { Space } from "../../../cli/files/space.ts";
import { FREE_BYTES_KEPT } from "../../../cli/files/limits.ts";
import { prepare, type Received, receiveFile } from "../../../cli/files/receiver.ts";
import { limitRate } from "../../../server/wire/transfers/rate_limit.ts";
import { assert, assertEquals } from "../../assert.ts";
import {
  breakingAt,
  namesIn,
  nothing,
  offerOf,
  pieces,
  place,
  sha256,
  sha256Of,
  someBytes,
} from "./place.ts";

const bytes = someBytes(50_000);

/** Receives the bytes of an offer, whole, from wherever it goes on. */
function receive(directory: string, changes = {}): Promise<Received> {
  return receiveFile(offerOf(bytes, changes), (offset) => pieces(bytes, offset), { directory });
}

Deno.test("a file arrives whole, compared, under its cleaned name, without an execute bit", async () => {
  for (const size of [0, 1, 999, 1_000, 50_000]) {
    using at = place();
    const some = bytes.subarray(0, size);
    const offer = offerOf(some, { name: "../../report.pdf" });
    const directory = `${at.path}/made/for/it`;
    const end = await receiveFile(offer, (offset) => pieces(some, offset), { directory });
    const path = `${await Deno.realPath(directory)}/report.pdf`;
    assertEquals(end, { kind: "done", path, sha256: sha256(some), compared: true });
    assertEquals(await Deno.readFile(path), some);
    assertEquals(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o644 & ~Deno.umask());
    assertEquals(namesIn(directory), ["report.pdf"]);
  }
});

Deno.test("what is there is never written over: numbers are counted up", async () => {
  using at = place();
  await Deno.writeTextFile(`${at.path}/a.bin`, "the user's own");
  await Deno.mkdir(`${at.path}/a (2).bin`);
  await Deno.writeTextFile(`${at.path}/a (3).bin.part`, "the user's too");
  const end = await receive(at.path);
  assert(end.kind === "done" && end.path.endsWith("/a (4).bin"), Deno.inspect(end));
  assertEquals(at.names(), ["a (2).bin", "a (3).bin.part", "a (4).bin", "a.bin"]);
  assertEquals(await Deno.readTextFile(`${at.path}/a.bin`), "the user's own");
  assertEquals(await Deno.readTextFile(`${at.path}/a (3).bin.part`), "the user's too");
});

Deno.test("a name that is taken while the file arrives is not written over either", async () => {
  using at = place();
  const end = await receiveFile(offerOf(bytes), async function* (offset) {
    yield* pieces(bytes.subarray(0, 40_000), offset);
    await Deno.writeTextFile(`${at.path}/a.bin`, "came in between");
    yield* pieces(bytes, 40_000);
  }, { directory: at.path });
  assert(end.kind === "done" && end.path.endsWith("/a (2).bin"), Deno.inspect(end));
  assertEquals(await Deno.readTextFile(`${at.path}/a.bin`), "came in between");
});

Deno.test("a file that the receiver has is not sent again, under whatever number it lies", async () => {
  using at = place();
  await Deno.writeTextFile(`${at.path}/a.bin`, "another");
  await Deno.writeFile(`${at.path}/a (7).bin`, bytes);
  const end = await receiveFile(offerOf(bytes), nothing, { directory: at.path });
  assertEquals(end, { kind: "have", path: `${await Deno.realPath(at.path)}/a (7).bin` });
  const changed = bytes.slice();
  changed[7] = (changed[7] ?? 0) ^ 1;
  await Deno.writeFile(`${at.path}/a (7).bin`, changed);
  assertEquals((await receive(at.path)).kind, "done", "Same name and size, other bytes");
});

Deno.test("after a break at any place, the transfer goes on and ends with the same bytes", async () => {
  for (const end of [0, 1, 999, 1_000, 12_345, 49_999, 50_000]) {
    using at = place();
    const offer = offerOf(bytes);
    const broken = await receiveFile(offer, breakingAt(bytes, end), { directory: at.path });
    if (end === bytes.length) {
      assertEquals(broken.kind, "done", "The end is reached, whatever the line does then");
      continue;
    }
    assert(broken.kind === "partial" && broken.why === "ended", Deno.inspect(broken));
    assertEquals(broken.offset, end);
    assertEquals(broken.reason, "The line broke.");
    assertEquals(at.names(), end === 0 ? [] : ["a.bin.part", "a.bin.part.state"]);
    let asked = -1;
    const done = await receiveFile(offer, (offset) => {
      asked = offset;
      return pieces(bytes, offset);
    }, { directory: at.path });
    assertEquals([asked, done.kind], [end, "done"]);
    assertEquals(sha256Of(`${at.path}/a.bin`), offer.sha256);
    assertEquals(at.names(), ["a.bin"]);
  }
});

Deno.test("many breaks in a row cost nothing", async () => {
  using at = place();
  let sent = 0;
  for (let end = 5_000; end < bytes.length; end += 5_000) {
    await receiveFile(offerOf(bytes), (offset) => {
      sent += end - offset;
      return breakingAt(bytes, end)(offset);
    }, { directory: at.path });
  }
  assertEquals((await receive(at.path)).kind, "done");
  assertEquals(sent, 45_000);
});

Deno.test("bytes that end too early, too many bytes, and a signal leave a partial file", async () => {
  for (const why of ["ended", "too_much", "cancelled", "stalled"] as const) {
    using at = place();
    const stop = new AbortController();
    const still = Promise.withResolvers<void>();
    const end = await receiveFile(offerOf(bytes), async function* (offset) {
      yield* pieces(bytes.subarray(0, 20_000), offset);
      if (why === "ended") return;
      if (why === "too_much") yield new Uint8Array(bytes.length);
      if (why === "cancelled") stop.abort();
      await still.promise;
    }, { directory: at.path, signal: stop.signal, stallMsMax: 50 });
    still.resolve();
    assert(end.kind === "partial" && end.why === why, Deno.inspect(end));
    assertEquals(end.offset, why === "too_much" ? bytes.length : 20_000);
    // What came too much has filled the file with bytes that are not the offered ones.
    assertEquals((await receive(at.path)).kind, why === "too_much" ? "mismatch" : "done");
  }
});

Deno.test("a source that is slow but alive is waited for, and what it sent is saved meanwhile", async () => {
  using at = place();
  const saved = Promise.withResolvers<number>();
  const end = await receiveFile(offerOf(bytes), async function* (offset) {
    yield* pieces(bytes.subarray(0, 20_000), offset);
    assertEquals(await saved.promise, 20_000, "Saved while nothing comes");
    yield* pieces(bytes, 20_000);
  }, { directory: at.path, onSaved: saved.resolve });
  assertEquals(end.kind, "done");
});

Deno.test("a rest that does not fit is dropped, and what was there before goes on, also in another process", async () => {
  using at = place();
  const offer = offerOf(bytes);
  await receiveFile(offer, breakingAt(bytes, 30_000), { directory: at.path });
  const strangers = [someBytes(50_000, 2), someBytes(50_000, 3)];
  for (const other of strangers) {
    const end = await receiveFile(offer, (offset) => pieces(other, offset), {
      directory: at.path,
      saveBytes: 5_000,
    });
    assert(end.kind === "mismatch" && end.path === undefined, Deno.inspect(end));
    assertEquals(end.kept, 30_000);
    assertEquals(at.names(), ["a.bin.part", "a.bin.part.state"]);
    assertEquals(await Deno.readFile(`${at.path}/a.bin.part`), bytes.subarray(0, 30_000));
  }
  let from = 0;
  const end = await receiveFile(offer, (offset) => pieces(bytes, from = offset), {
    directory: at.path,
  });
  assertEquals([from, end.kind, at.names()], [30_000, "done", ["a.bin"]]);
});

Deno.test("wrong bytes are kept aside, and the next try begins anew", async () => {
  using at = place();
  const wrong = bytes.slice();
  wrong[49_000] = (wrong[49_000] ?? 0) ^ 1;
  const offer = offerOf(bytes);
  await receiveFile(offer, breakingAt(wrong, 49_500), { directory: at.path });
  // Whose fault it is shows when the same rest comes again.
  assertEquals((await receive(at.path)).kind, "mismatch");
  assertEquals(at.names(), ["a.bin.part", "a.bin.part.state"]);
  const end = await receive(at.path);
  assert(end.kind === "mismatch" && end.path !== undefined, Deno.inspect(end));
  assertEquals(end.path, `${await Deno.realPath(at.path)}/a.bin.bad`);
  assertEquals([end.expected, end.sha256], [offer.sha256, sha256(wrong)]);
  assertEquals(await Deno.readFile(end.path), wrong);
  await receiveFile(offer, (offset) => pieces(wrong, offset), { directory: at.path });
  assertEquals((await receive(at.path)).kind, "done");
  assertEquals(at.names(), ["a.bin", "a.bin (2).bad", "a.bin.bad"]);
});

Deno.test("an offer without a hash is compared with what is told at the end, and never resumed", async () => {
  using at = place();
  const { sha256: _, ...offer } = offerOf(bytes);
  const send = (offset: number) => pieces(bytes, offset);
  const told = (sha256: string | undefined) => ({
    directory: at.path,
    sha256AtEnd: () => Promise.resolve(sha256),
  });
  const ends = [
    await receiveFile(offer, send, told(sha256(bytes))),
    await receiveFile(offer, send, told("0".repeat(64))),
    await receiveFile(offer, send, told(undefined)),
    await receiveFile(offer, send, {
      directory: at.path,
      sha256AtEnd: () => Promise.reject(new Error("gone")),
    }),
    await receiveFile(offer, send, { directory: at.path }),
  ];
  assertEquals(
    ends.map((end) => end.kind === "done" ? end.compared : end.kind),
    [true, "mismatch", false, "partial", false],
  );
});

Deno.test("what cannot be an offer, and what is too large, is refused before anything is written", async () => {
  using at = place();
  const offers = [
    { size: -1 },
    { size: 1.5 },
    { size: 2 ** 53 },
    { size: NaN },
    { size: 1_001 },
    { sha256: "abc" },
    { sha256: "../".padEnd(64, "0") },
    { from: "x".repeat(1_000) },
  ];
  for (const changes of offers) {
    const offer = offerOf(bytes.subarray(0, 1_000), changes);
    const end = await receiveFile(offer, nothing, {
      directory: `${at.path}/in`,
      fileBytesMax: 1_000,
    });
    assertEquals(end.kind, "refused", Deno.inspect(changes));
  }
  assertEquals(at.names(), []);
});

Deno.test("too little space is told before the first byte; a resume needs only the rest", async () => {
  using at = place();
  const offer = offerOf(bytes);
  const free = (space: number | undefined) => ({
    directory: at.path,
    space: new Space(() => Promise.resolve(space)),
  });
  const little = FREE_BYTES_KEPT + bytes.length - 1;
  const refused = await receiveFile(offer, nothing, free(little));
  assert(refused.kind === "refused" && /space/.test(refused.reason), Deno.inspect(refused));
  assertEquals(at.names(), [], "Nothing is left of it");
  await receiveFile(offer, breakingAt(bytes, 2_000), free(undefined));
  const done = await receiveFile(offer, (offset) => pieces(bytes, offset), free(little));
  assertEquals(done.kind, "done");
});

Deno.test("what is prepared and then not taken leaves nothing behind and no lock", async () => {
  using at = place();
  const offer = offerOf(bytes);
  for (let round = 0; round < 2; round++) {
    const prepared = await prepare(offer, { directory: at.path });
    assert(prepared.kind === "ready");
    assertEquals(at.names(), ["a.bin.part", "a.bin.part.state"]);
    await prepared.download[Symbol.asyncDispose]();
    await prepared.download[Symbol.asyncDispose]();
    assertEquals(at.names(), []);
  }
});

Deno.test("a limited flow arrives like any other", async () => {
  using at = place();
  const end = await receiveFile(
    offerOf(bytes),
    (offset) => limitRate(pieces(bytes, offset), { rate: 500_000 }),
    { directory: at.path },
  );
  assertEquals(end.kind, "done");
});
