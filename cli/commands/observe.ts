/**
 * `chat observe`: what a process really sends and receives, from the kernel.
 *
 * @module
 */

import { type Command, Option } from "@commander-js/extra-typings";
import { DURATION_S_MAX, MESSAGE_S_MAX, TOP_DEFAULT, TOP_MAX } from "../observe/limits.ts";
import { dataOption } from "../data_dir.ts";
import { EXIT, Failure } from "../failure.ts";
import { serverOption } from "../log_in.ts";
import {
  controlGroups,
  functionNames,
  processIds,
  programName,
  seconds,
  SORTS,
} from "../observe/values.ts";
import { wantedMessage } from "../observe/trace/values.ts";
import { listenAddress, wholeNumber } from "../values.ts";

/** Ways to say whom to watch: none of them goes with what was watched elsewhere. */
const WHOM = ["pid", "children", "comm", "cgroup", "all"];
/** Options of the views of a whole process, which following one message has nothing to do with. */
const OTHER_WAYS = [...WHOM, "follow", "hist", "record", "replay", "socket", "from", "functions"];

/** Says what it takes, and what it does. */
export function define(command: Command): void {
  command
    .addOption(
      new Option(
        "--pid <n[,n...]>",
        "the processes, with their threads; 'server' is the one that listens at --server",
      ).argParser(processIds),
    )
    .option("--children", "with --pid: also the children that these have or get, and theirs")
    .addOption(
      new Option("--comm <name>", "all processes that are called so, also those to come")
        .argParser(programName).conflicts(["pid", "children", "cgroup", "all"]),
    )
    .addOption(
      new Option(
        "--cgroup <path>",
        "all processes in a control group, by its path or as a unit: chat.service; several with commas",
      ).argParser(controlGroups).conflicts(["pid", "children", "all"]),
    )
    .addOption(
      new Option("--all", "all processes of this machine, except the observer")
        .conflicts(["pid", "children"]),
    )
    .addOption(serverOption())
    .addOption(dataOption())
    .addOption(
      new Option("--duration <seconds>", "end after so long (default: with the process, or Ctrl-C)")
        .argParser(seconds(0.001, DURATION_S_MAX)),
    )
    .addOption(
      new Option("--interval <seconds>", "how often figures are shown")
        .env("CHAT_INTERVAL").argParser(seconds(0.05, 60)).default(1),
    )
    .addOption(
      new Option("--backend <way>", "how to sit in the kernel")
        .env("CHAT_BACKEND").choices(["auto", "kprobe", "fentry", "tracepoint"] as const)
        .default("auto" as const),
    )
    .option(
      "--json",
      "print JSON for programs: each call and closed connection, then histograms and a summary",
      false,
    )
    .option("--follow", "print each call, and each connection that was closed, as a line", false)
    .option(
      "--hist",
      "print histograms at the end; calls are counted only, which is cheaper",
      false,
    )
    .addOption(
      new Option("--sort <key>", "order of the connections")
        .env("CHAT_SORT").choices(SORTS).default("bytes" as const),
    )
    .addOption(
      new Option("--top <n>", "connections in the table at the end")
        .env("CHAT_TOP").argParser(wholeNumber(1, TOP_MAX)).default(TOP_DEFAULT),
    )
    .addOption(
      new Option("--functions <names>", "watch these functions of the kernel only: kprobe, fentry")
        .argParser(functionNames),
    )
    .option("--events", "tell each call (default: where it is printed or recorded)")
    .option("--no-events", "take figures only")
    .option("--durations", "time calls also where that slows down every process of the machine")
    .option("--no-durations", "do not")
    .option("--record <file>", "write the observation to a file, too")
    .addOption(
      new Option("--replay <file>", "show a recorded observation; needs no privilege")
        .conflicts([...WHOM, "record", "duration", "functions"]),
    )
    .option("--socket <path>", "tell everything to those who connect here with --from")
    .addOption(
      new Option("--from <path>", "show what another observer tells; needs no privilege")
        .conflicts([...WHOM, "replay", "socket", "duration", "functions"]),
    )
    .addOption(
      new Option(
        "--prometheus <host:port>",
        "answer http://HOST:PORT/metrics with the figures, for Prometheus",
      )
        .env("CHAT_OBSERVE_PROMETHEUS").argParser(listenAddress),
    )
    .addOption(
      new Option(
        "--message <which>",
        "follow one message: 'last' is the next one, or ROOM/last, or ROOM/SEQ",
      )
        .argParser(wantedMessage).conflicts([...OTHER_WAYS, "slowest"]),
    )
    .addOption(
      new Option("--slowest", "follow all messages for --duration, and show the slowest")
        .conflicts([...OTHER_WAYS]),
    )
    .addOption(
      new Option(
        "--balance",
        "hold the server's count of each connection's bytes against the kernel's",
      )
        .conflicts([...OTHER_WAYS, "message", "slowest"]),
    )
    .addHelpText(
      "after",
      `
On a terminal it shows a live table of the connections: ? explains it, q quits. Elsewhere it prints lines.
What is said is never read: only how much, when, how long, and to whom.

With --pid it ends when all of these have ended, also if their children go on. --comm, --cgroup and --all wait for others, so end
them by --duration or Ctrl-C; a process that ends is watched no more, whoever gets its number then.

With --socket the part that needs root shows nothing by itself (unless --json, --follow or --hist ask for it); only the
user that called sudo can connect to it. Up to 16 readers see the figures, and each call with --events.

--prometheus shows nothing here either. Whoever reaches the address sees how much is sent and how long it takes, no address and no
name; so listen on 127.0.0.1 unless a firewall stands before it. How long calls take is in it with --durations.

With --message or --slowest, for operators (--data, CHAT_OPERATOR_TOKEN), it shows where the time of one message went: from its
sender's program to the disk to each receiver's. What only the kernel knows takes root on the server's machine.

Examples:
  sudo chat observe --pid server
  sudo chat observe --pid 4711 --duration 10 --hist
  sudo chat observe --pid 4711 --follow
  sudo chat observe --pid 4711 --children
  sudo chat observe --comm nginx --duration 10
  sudo chat observe --cgroup chat.service
  sudo chat observe --all --sort total
  sudo chat observe --pid 4711 --json | jq 'select(.type == "io" and .bytes > 10000)'
  sudo chat observe --pid 4711 --record seen.jsonl
  chat observe --replay seen.jsonl
  sudo chat observe --pid 4711 --socket ~/seen.sock
  chat observe --from ~/seen.sock
  sudo chat observe --pid server --prometheus 127.0.0.1:9435
  sudo chat observe --message last --data /var/lib/chat
  sudo chat observe --slowest --duration 30 --data /var/lib/chat`,
    )
    .action(async ({ message, slowest, balance, data, ...flags }) => {
      if (balance === true) {
        const { runBalance } = await import("../observe/trace/balance.ts");
        return await runBalance({ ...flags, data });
      }
      const wanted = slowest === true ? { which: "slowest" } as const : message;
      if (wanted === undefined) {
        const { runObserve } = await import("../observe/run.ts");
        return await runObserve({ ...flags, data });
      }
      if ((flags.duration ?? 0) > MESSAGE_S_MAX) {
        throw new Failure(`A message is waited for ${MESSAGE_S_MAX} s at most.`, EXIT.usage);
      }
      const { runMessage } = await import("../observe/trace/run.ts");
      await runMessage(wanted, { ...flags, data });
    });
}
