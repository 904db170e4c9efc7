/**
 * Settings as the kernel program reads them.
 *
 * @module
 */

import { encodeSettings, SETTINGS, SETTINGS_BYTES } from "../../observe/settings.ts";
import { assertEquals } from "../assert.ts";

const MOST = {
  events: true,
  entryRequired: false,
  wakeup: true,
  nsDevice: 4,
  nsInode: 2 ** 32 + 5,
  self: 4711,
};

Deno.test("settings are at their places, and the rest is zero", () => {
  const bytes = encodeSettings({ ...MOST, whom: { kind: "cgroup", cgroups: ["/a", "/b"] } });
  const expected = new DataView(new ArrayBuffer(SETTINGS_BYTES));
  expected.setUint32(SETTINGS.scope, 2, true);
  expected.setUint32(SETTINGS.events, 1, true);
  expected.setUint32(SETTINGS.wakeup, 1, true);
  expected.setUint32(SETTINGS.nsDevice, 4, true);
  expected.setUint32(SETTINGS.nsInode, 5, true);
  expected.setUint32(SETTINGS.nsInode + 4, 1, true);
  expected.setUint32(SETTINGS.self, 4711, true);
  expected.setUint32(SETTINGS.cgroupCount, 2, true);
  assertEquals(bytes, new Uint8Array(expected.buffer));
});

Deno.test("of a name the first 15 bytes are compared, with the zero behind them", () => {
  const whom = { kind: "comm", comm: "grün-und-sehr-lang" } as const;
  const bytes = encodeSettings({ ...MOST, whom });
  const name = bytes.subarray(SETTINGS.comm, SETTINGS.comm + 16);
  assertEquals(new TextDecoder().decode(name), "grün-und-sehr-\0");
});
