/**
 * Connections that come and go: what a connection costs before it has said anything, and what its end costs.
 *
 * @module
 */

import type { Attack } from "../attack.ts";
import { frame, head, joined, login, MIB, times, utf8 } from "../bytes.ts";
import { leaveTogether } from "../departure.ts";

/** As many connections as go, each with one byte. */
const churn: Attack = {
  name: "churn",
  root: "accepting has no price, and goes before everything else",
  bound: { connections: 400, connectsPerSecond: 4_000, bytesPerSecond: MIB },
  *peer() {
    yield new Uint8Array(1);
  },
};

/** As many logins as go, each gone before it is answered. */
const hastyLogins: Attack = {
  ...churn,
  name: "hasty-logins",
  root: "what a login causes goes on when it has gone",
  *peer({ name }) {
    yield login(name);
  },
};

/** Ten thousand logins a minute, under ever new names. */
const logins: Attack = {
  name: "logins",
  root: "each login is told, written down and remembered",
  bound: { connections: 50, connectsPerSecond: 170, bytesPerSecond: MIB },
  async *peer({ name, rest }) {
    yield login(name);
    await rest(100);
  },
};

/** The same from one address, and faster. */
const loginsFromOne: Attack = {
  ...logins,
  name: "logins-from-one",
  from: "one address",
  bound: { connections: 200, connectsPerSecond: 2_000, bytesPerSecond: MIB },
};

/** Frames that are too large, each at the price of four bytes and a connection. */
const tooLarge: Attack = {
  name: "too-large",
  root: "a refusal that ends a connection costs more than the connection",
  bound: { connections: 100, connectsPerSecond: 1_000, bytesPerSecond: MIB },
  async *peer({ rest }) {
    yield head(0x00ff_ffff);
    await rest(50);
  },
};

/** Connections that each make the log longer: nobody reads it. */
const logUnread: Attack = {
  name: "log-unread",
  root: "a log that waits for its reader stops the server",
  server: { stderr: "unread" },
  bound: { connections: 200, connectsPerSecond: 2_000, bytesPerSecond: 4 * MIB },
  async *peer({ name, rest }) {
    yield joined([login(name), times(11, () => frame("no message"))]);
    await rest(20);
  },
};

/** The same, and its reader has gone. */
const logClosed: Attack = {
  ...logUnread,
  name: "log-closed",
  root: "a log without a reader ends the server",
  server: { stderr: "closed" },
};

/** Says something and closes its side at once, in each way of speaking. */
const halfClosed: Attack = {
  name: "half-closed",
  root: "who says no more still listens",
  bound: { connections: 100, connectsPerSecond: 500, bytesPerSecond: MIB },
  async *peer({ name, index, closeWrite, rest }) {
    if (index % 3 === 0) yield utf8(`${name}\n/list`);
    else if (index % 3 === 1) yield joined([login(name), head(100)]);
    else yield login(name).subarray(0, 10);
    await closeWrite();
    await rest(200);
  },
};

/** Members who leave together. */
const LEAVERS = 1_000;

/** A thousand, each in a hundred rooms, who are all gone in the same moment. */
const leavingTogether: Attack = {
  name: "leaving-together",
  root: "an end has much to be done for it, and nobody asks for it in turn",
  bound: { connections: LEAVERS, connectsPerSecond: LEAVERS, bytesPerSecond: 4 * MIB },
  // One of its own: what a hundred thousand stays leave behind would be taken for the next attack's memory.
  server: {},
  crowd: (orders) => leaveTogether({ members: LEAVERS, roomsEach: 100 }, orders),
};

/** All of these. */
export const churnAttacks: readonly Attack[] = [
  churn,
  hastyLogins,
  logins,
  loginsFromOne,
  tooLarge,
  logUnread,
  logClosed,
  halfClosed,
  leavingTogether,
];
