/**
 * What is done to processes: stopped, and killed.
 *
 * @module
 */

import type { Attack } from "../attack.ts";
import { frame, joined, login, MIB } from "../bytes.ts";
import { BACK_MS_MAX, comeBack } from "../crowd.ts";

/** Share of an attack's time for which somebody is stopped: 3 of 5 seconds, 30 of 50. */
const STOPPED_SHARE = 0.6;

/** Two hundred members of the room of the honest are stopped, as a laptop is that is closed. */
const stoppedClients: Attack = {
  name: "stopped-clients",
  root: "who does not read is waited for",
  bound: { connections: 200, connectsPerSecond: 1_000, bytesPerSecond: 8 * MIB },
  async *peer({ name, rest }) {
    yield joined([login(name), frame({ type: "Join", room: "honest" })]);
    for (;;) {
      await rest(200);
      yield frame({ type: "ListUsers", room: "honest", id: "u" });
    }
  },
  async scene({ seconds, ready, rest, signal }) {
    await ready;
    await rest(seconds * 1000 * (1 - STOPPED_SHARE) / 2);
    signal("attackers", "SIGSTOP");
    try {
      await rest(seconds * 1000 * STOPPED_SHARE);
    } finally {
      signal("attackers", "SIGCONT");
    }
  },
};

/** The server itself is stopped, while others go on sending. */
const stoppedServer: Attack = {
  name: "stopped-server",
  root: "what has waited comes at once",
  bound: { connections: 50, connectsPerSecond: 200, bytesPerSecond: MIB },
  async *peer({ name, rest }) {
    yield joined([login(name), frame({ type: "Join", room: "honest" })]);
    for (let n = 0;; n++) {
      yield frame({ type: "Broadcast", room: "lobby", content: `word ${n}`, id: `${n}` });
      await rest(100);
    }
  },
  async scene({ seconds, ready, rest, signal }) {
    await ready;
    await rest(seconds * 1000 * (1 - STOPPED_SHARE) / 2);
    signal("server", "SIGSTOP");
    try {
      await rest(seconds * 1000 * STOPPED_SHARE);
    } finally {
      signal("server", "SIGCONT");
    }
  },
  excuse: { latencyMs: (seconds) => seconds * 1000 * STOPPED_SHARE + 1_000 },
};

/** Clients that are there when the server is killed. */
const CROWD = 1_000;

/** The server is killed with a thousand clients, who all come back at once. */
const killedServer: Attack = {
  name: "killed-server",
  root: "all come back at once, with all that they have not got an answer to",
  bound: { connections: CROWD, connectsPerSecond: CROWD, bytesPerSecond: MIB },
  crowd: (orders) => comeBack(CROWD, orders),
  async scene({ seconds, ready, rest, killAndRestart }) {
    await ready;
    await rest(seconds * 500);
    await killAndRestart();
  },
  excuse: { latencyMs: () => BACK_MS_MAX, cut: true },
};

/** All of these. */
export const processAttacks: readonly Attack[] = [stoppedClients, stoppedServer, killedServer];
