/**
 * `chat bench`: how much a chat server delivers, and how soon.
 *
 * @module
 */

import { type Command, Option } from "@commander-js/extra-typings";
import type { TransportKind, Until, Way } from "../../load/mod.ts";
import { EXIT, Failure } from "../failure.ts";
import { serverOption } from "../log_in.ts";
import { tlsCaOption, tlsOption } from "../tls/dial_options.ts";
import { meet } from "../tls/meet.ts";
import { type Address, bytesFrom, duration, wholeNumber } from "../values.ts";

/** Messages of one sender on the way in an open loop, unless one says otherwise: some seconds of a busy one. */
const OPEN_LOOP_IN_FLIGHT = 4_096;

/** Says what it takes, and what it does. */
export function define(command: Command): void {
  command
    .addOption(serverOption())
    .addOption(tlsOption())
    .addOption(tlsCaOption())
    .addOption(
      new Option("--over <way>", "how members speak; websocket needs the port of --http")
        .choices(["frames", "text", "websocket"] as const).default("frames" as Way),
    )
    .addOption(
      new Option("--members <n>", "connections that log in")
        .argParser(wholeNumber(1, 100_000)).default(100),
    )
    .addOption(
      new Option("--senders <n>", "how many of them talk")
        .argParser(wholeNumber(1, 65_536)).default(4),
    )
    .addOption(
      new Option("--rooms <n>", "rooms that all are dealt out to")
        .argParser(wholeNumber(1, 100_000)).default(1),
    )
    .addOption(
      new Option("--in-flight <n>", "messages of each sender that are on the way at most")
        .argParser(wholeNumber(1, 65_536)),
    )
    .addOption(
      // The server's own --rate has the usual variable, and means something else.
      new Option("--rate <n>", "open loop: so many messages a second of all senders together")
        .env("CHAT_BENCH_RATE").argParser(wholeNumber(0, 10_000_000)).default(0),
    )
    .addOption(
      new Option("--size <size>", "bytes of text in a message")
        .argParser(bytesFrom(16)).default(200),
    )
    .addOption(
      new Option("--until <who>", "a message has landed when its sender has it, or all have")
        .choices(["own", "all"] as const).default("all" as Until),
    )
    .option("--ids", "give each message an id, as real clients do, and so get an Ack for it", false)
    .addOption(
      new Option("--duration <time>", "how long is measured").argParser(duration)
        .default(5_000, "5s"),
    )
    .addOption(
      new Option("--warm-up <time>", "how long is talked before").argParser(duration)
        .default(1_000, "1s"),
    )
    .addOption(
      // The server's own --transport has the usual variable, and means something else.
      new Option("--transport <kind>", "whose sockets to use: the runtime's, or by epoll")
        .env("CHAT_BENCH_TRANSPORT").choices(["auto", "runtime", "epoll"] as const)
        .default("auto" as const),
    )
    .addOption(
      new Option("--threads <n>", "threads of the load generator (default: half of the cores)")
        .argParser(wholeNumber(1, 16)),
    )
    .option("--no-ceiling", "do not show what it reaches with a server that does next to nothing")
    .option("--json", "print the result as JSON", false)
    .option("--compare <file>", "compare with an earlier result: what --json printed")
    .addHelpText(
      "after",
      `
In a closed loop (the default) a sender says the next when one of its messages has landed. With --rate it says the
next when its time has come, and how long a message took counts from then. Every member checks every message,
each letter of it, its room, its sender and its seq: if one is lost, doubled, out of order or changed, or if the
server breaks off, chat bench shows what it has and ends with 1. Ctrl-C shows what was measured until then.

Members talk in rooms of their own, bench-…. The server keeps what is said there, as in any room, and must let
one address and one user talk so fast: chat serve --rate 0.

Examples:
  chat serve --durability none --rate 0   in another terminal, then
  chat bench
  chat bench --members 1000 --senders 4 --in-flight 64 --json > before.json
  chat bench --members 1000 --senders 4 --in-flight 64 --compare before.json
  chat bench --members 1000 --rooms 100 --senders 100 --rate 5000 --duration 1m
  chat bench -s chats://chat.example      over TLS`,
    )
    .action(bench);
}

interface BenchFlags {
  readonly server: Address;
  readonly over: Way;
  readonly members: number;
  readonly senders: number;
  readonly rooms: number;
  readonly inFlight?: number | undefined;
  readonly rate: number;
  readonly size: number;
  readonly until: Until;
  readonly ids: boolean;
  readonly duration: number;
  readonly warmUp: number;
  readonly transport: "auto" | TransportKind;
  readonly threads?: number | undefined;
  readonly ceiling: boolean;
  readonly json: boolean;
  readonly compare?: string | undefined;
}

async function bench(flags: BenchFlags): Promise<void> {
  const { runBench } = await import("../bench/run.ts");
  const { epollFault, whyNot } = await import("../../load/mod.ts");
  const noEpoll = flags.over === "websocket" ? undefined : epollFault();
  if (flags.transport === "epoll" && noEpoll !== undefined) {
    throw new Failure(`Sockets by epoll ${noEpoll.why}.`, EXIT.impossible);
  }
  const { server: { host, port, tls }, over, members, senders, rooms, rate, size, until, ids } =
    flags;
  const plan = {
    host,
    port,
    way: over,
    ...(tls === undefined ? {} : { tls: [] }),
    transport: flags.transport !== "auto"
      ? flags.transport
      : over === "websocket" || noEpoll !== undefined || tls !== undefined
      ? "runtime" as const
      : "epoll" as const,
    members,
    senders: Math.min(senders, members),
    rooms,
    inFlight: flags.inFlight ?? (rate > 0 ? OPEN_LOOP_IN_FLIGHT : 8),
    rate,
    size,
    until,
    ids: ids && over !== "text",
    warmUpSeconds: flags.warmUp / 1_000,
    seconds: flags.duration / 1_000,
    threads: flags.threads ??
      Math.max(1, Math.min(4, Math.floor(navigator.hardwareConcurrency / 2))),
    run: crypto.getRandomValues(new Uint8Array(2)).toHex(),
  };
  const reason = whyNot(plan);
  if (reason !== undefined) throw new Failure(reason, EXIT.usage);
  if (ids && over === "text") {
    throw new Failure("Lines of text carry no ids: --ids is for frames and websocket.", EXIT.usage);
  }
  if (flags.json && flags.compare !== undefined) {
    throw new Failure(
      "--json prints this result alone: --compare is for people, without it.",
      EXIT.usage,
    );
  }
  const believed = await meet(flags.server, ["net", "read", "run"]);
  await runBench(believed === undefined ? plan : { ...plan, tls: believed }, flags);
}
