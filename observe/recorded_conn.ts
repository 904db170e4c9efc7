/**
 * Reads what a recording says of connections. As all of a recording it may come from anywhere. Pure.
 *
 * @module
 */

import { CONN_KINDS } from "./conn.ts";
import type { Conn, ConnEnd, ConnFigures, ConnWhat } from "./connection.ts";
import type { Fields } from "./fields.ts";
import type { Family } from "./observation.ts";

const WHAT: readonly ConnWhat[] = [...CONN_KINDS, "overflow"];
const ENDS: readonly ConnEnd[] = ["here", "there"];

/** Something that happened to a connection. @throws {TypeError} When a field says what cannot be. */
export function readConn(fields: Fields, families: readonly Family[]): Conn {
  return {
    kind: "conn",
    ts: fields.count("ts"),
    what: fields.one("what", WHAT),
    ...fields.ifThere("pid", () => fields.count("pid")),
    ...fields.ifThere("comm", () => fields.text("comm")),
    ...fields.ifThere("socket", () => fields.count("socket")),
    ...fields.ifThere("family", () => fields.one("family", families)),
    ...fields.ifThere("local", () => fields.text("local")),
    ...fields.ifThere("remote", () => fields.text("remote")),
    ...fields.ifThere("openedBy", () => fields.one("openedBy", ENDS)),
    ...fields.ifThere("closedBy", () => fields.one("closedBy", ENDS)),
    ...fields.ifThere("lastedNs", () => fields.count("lastedNs")),
    ...fields.ifThere("errno", () => fields.count("errno")),
    ...fields.ifThere("sent", () => fields.count("sent")),
    ...fields.ifThere("received", () => fields.count("received")),
    ...fields.ifThere("retransmits", () => fields.count("retransmits")),
    ...fields.ifThere("rttUs", () => fields.count("rttUs")),
    ...fields.ifThere("count", () => fields.count("count")),
  };
}

/** The sums. @throws {TypeError} When a field says what cannot be. */
export function readConnFigures(fields: Fields): ConnFigures {
  return {
    connects: fields.count("connects"),
    failed: fields.count("failed"),
    accepts: fields.count("accepts"),
    closes: fields.count("closes"),
    retransmits: fields.count("retransmits"),
    resetsSent: fields.count("resetsSent"),
    resetsReceived: fields.count("resetsReceived"),
    ...fields.ifThere("overflows", () => fields.count("overflows")),
    lost: fields.count("lost"),
  };
}
