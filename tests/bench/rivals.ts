/**
 * The servers that people would use instead: how each is started. What differs between them is said in its row.
 *
 * nats-server, ngircd and Mosquitto come from Debian (`apt install nats-server ngircd mosquitto`), the one written with
 * tokio from rust/. They keep nothing, as `--durability none` does not.
 *
 * @module
 */

import type { ServerSpec } from "./servers.ts";

/** All of them. */
export const rivals: readonly ServerSpec[] = [
  {
    name: "nats",
    title: "nats-server",
    blocks: ["fan-out", "idle", "people"],
    can: ["rooms", "whispers", "moves"],
    differs: "core publish/subscribe, with echo; a whisper is a subject to which one subscribes",
    speech: "nats",
    isSilent: true,
    command: (_, port) => ({ command: "nats-server", args: ["-a", "127.0.0.1", "-p", `${port}`] }),
  },
  {
    name: "ngircd",
    title: "ngircd",
    blocks: ["fan-out", "idle", "people"],
    isAside: true,
    can: ["rooms", "whispers", "moves"],
    membersMax: 1_000,
    differs:
      "tells nobody what he said himself, so of each message one delivery less is due; 10,000 take minutes to " +
      "log in, and are left out",
    speech: "irc",
    isSilent: true,
    command: async ({ scratch }, port) => {
      const file = await configFile(scratch, ngircdConfig(port));
      return { command: "ngircd", args: ["-n", "-f", file] };
    },
  },
  {
    name: "mosquitto",
    title: "Mosquitto",
    blocks: ["fan-out", "idle", "people"],
    isAside: true,
    can: ["rooms", "whispers", "moves"],
    differs: "QoS 0; a whisper is a topic to which one subscribes",
    speech: "mqtt",
    isSilent: true,
    command: async ({ scratch }, port) => {
      const file = await configFile(scratch, mosquittoConfig(port));
      return { command: "mosquitto", args: ["-c", file] };
    },
  },
  {
    name: "tokio",
    title: "Rust, tokio",
    blocks: ["fan-out", "idle"],
    isAside: true,
    differs: "a thread for each core, of which the load generator needs one, too",
    command: ({ tokio }) => {
      if (tokio === undefined) throw new Deno.errors.NotFound("it was not built");
      return { command: tokio, args: [] };
    },
  },
];

/** Without its limits and without questions to the network: what others are measured without, too. */
function ngircdConfig(port: number): string {
  return `[Global]
Name = bench.local
Info = bench
Listen = 127.0.0.1
Ports = ${port}
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxPenaltyTime = 0
PingTimeout = 3600
[Options]
DNS = no
Ident = no
PAM = no
`;
}

/** Nothing is thrown away for slow readers, and small packets are not held back. */
function mosquittoConfig(port: number): string {
  return `listener ${port} 127.0.0.1
allow_anonymous true
max_queued_messages 0
set_tcp_nodelay true
log_type error
`;
}

async function configFile(folder: string, text: string): Promise<string> {
  const file = await Deno.makeTempFile({ dir: folder, suffix: ".conf" });
  await Deno.writeTextFile(file, text);
  // Some give up root's rights before they read it.
  await Deno.chmod(folder, 0o755);
  await Deno.chmod(file, 0o644);
  return file;
}
