/**
 * Settings as the kernel program reads them.
 *
 * @module
 */

import { encodeSettings, SETTINGS, SETTINGS_BYTES } from "../../observe/settings.ts";
import { assertEquals, assertThrows } from "../assert.ts";

const MOST = {
  events: true,
  entryRequired: false,
  wakeup: true,
  nsDevice: 4,
  nsInode: 2 ** 32 + 5,
};

Deno.test("settings are at their places, and the rest is zero", () => {
  const bytes = encodeSettings({ ...MOST, pids: [4711, 2 ** 22] });
  const expected = new DataView(new ArrayBuffer(SETTINGS_BYTES));
  expected.setUint32(SETTINGS.pidCount, 2, true);
  expected.setUint32(SETTINGS.events, 1, true);
  expected.setUint32(SETTINGS.wakeup, 1, true);
  expected.setUint32(SETTINGS.nsDevice, 4, true);
  expected.setUint32(SETTINGS.nsInode, 5, true);
  expected.setUint32(SETTINGS.nsInode + 4, 1, true);
  expected.setUint32(SETTINGS.pids, 4711, true);
  expected.setUint32(SETTINGS.pids + 4, 2 ** 22, true);
  assertEquals(bytes, new Uint8Array(expected.buffer));
});

Deno.test("32 processes fit and 33 are refused", () => {
  const pids = Array.from({ length: 33 }, (_, place) => place + 1);
  assertEquals(encodeSettings({ ...MOST, pids: pids.slice(1) }).at(SETTINGS_BYTES - 4), 33);
  assertThrows(() => encodeSettings({ ...MOST, pids }), RangeError);
});
