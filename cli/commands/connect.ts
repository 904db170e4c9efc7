/**
 * `chat connect`, or just `chat`: the client. Full screen for a person, plain lines for a pipe.
 *
 * @module
 */

import { type Command, Option } from "@commander-js/extra-typings";
import { EXIT, Failure } from "../failure.ts";
import { limitRateOption, maxFileOption } from "../file_options.ts";
import { downloadsOption } from "../files/downloads.ts";
import {
  inviteOption,
  logIn,
  nameOption,
  serverOption,
  tokenFileOption,
  typingOption,
} from "../log_in.ts";
import { endSignal } from "../signals.ts";
import { hasScreen, print } from "../streams.ts";
import { tlsCaOption, tlsOption } from "../tls/dial_options.ts";
import { type Address, address, showAddress } from "../values.ts";

/** How long a script waits for its server, in ms: one that is just starting is waited for. */
const SCRIPT_PATIENCE_MS = 10_000;

/** Says what it takes, and what it does. */
export function define(command: Command): void {
  command
    .argument("[host:port]", "the chat server", address)
    .addOption(serverOption())
    .addOption(tlsOption())
    .addOption(tlsCaOption())
    .addOption(nameOption())
    .addOption(tokenFileOption())
    .addOption(inviteOption())
    .option("-r, --room <room...>", "rooms to enter beside the lobby", [] as string[])
    .addOption(
      new Option("--bell <when>", "when to ring")
        .env("CHAT_BELL").choices(["off", "mention", "all"] as const).default("mention" as const),
    )
    .addOption(typingOption())
    .addOption(downloadsOption())
    .addOption(maxFileOption())
    .addOption(limitRateOption())
    .option("--json", "in a pipe: print what the server sends, one JSON object a line", false)
    .addHelpText(
      "after",
      `
Examples:
  chat                                    to the server on this machine
  chat connect chat.example.org -n Anna   to another
  tail -f log | chat connect -n logbot    a bot: every line is a message
  chat connect --json < /dev/null         everything that was said meanwhile, for a program`,
    )
    .action(connect);
}

interface ConnectFlags {
  readonly server: Address;
  readonly name?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly invite?: string | undefined;
  readonly room: readonly string[];
  readonly bell: "off" | "mention" | "all";
  readonly typing: "on" | "off";
  readonly downloads: string;
  readonly maxFile: number;
  readonly limitRate: number;
  readonly json: boolean;
}

async function connect(positional: Address | undefined, flags: ConnectFlags): Promise<void> {
  const server = positional ?? flags.server;
  const rooms = flags.room.map((room) => room.replace(/^#/, ""));
  await demandRooms(rooms);
  const { name, tokenFile, invite: invitation } = flags;
  const options = { server, name, tokenFile, invitation, rooms };
  if (flags.json || !hasScreen()) await talkPlainly(options, flags.json);
  else await talkFullScreen(options, flags);
}

/** @throws {Failure} When one of them cannot be a room: nobody would notice that it was never entered. */
async function demandRooms(rooms: readonly string[]): Promise<void> {
  if (rooms.length === 0) return;
  const { roomName } = await import("../../server/wire/names/mod.ts");
  for (const room of rooms) {
    const checked = roomName(room);
    if (checked.kind === "name") continue;
    throw new Failure(`--room cannot be '${room}'. ${checked.reason}`, EXIT.usage);
  }
}

type Where = {
  readonly server: Address;
  readonly name: string | undefined;
  readonly tokenFile: string | undefined;
  readonly invitation: string | undefined;
  readonly rooms: string[];
};

async function talkPlainly(where: Where, json: boolean): Promise<void> {
  const { talkInLines } = await import("../plain.ts");
  using end = endSignal();
  await using client = await logIn({
    ...where,
    signal: end.signal,
    patienceMs: SCRIPT_PATIENCE_MS,
    permissions: ["net"],
  });
  await talkInLines(client, { json, signal: end.signal });
  if (end.signal.aborted) throw new Failure("Interrupted.", EXIT.interrupted);
}

async function talkFullScreen(
  where: Where,
  { bell, typing, downloads, maxFile, limitRate }: ConnectFlags,
): Promise<void> {
  const { farewell, runTerminal } = await import("../tty/mod.ts");
  const { Claims } = await import("../files/claims.ts");
  const { lastSession } = await import("../files/last_session.ts");
  const { keepingFor } = await import("../account/keeping.ts");
  const { KeptIgnored } = await import("../account/kept_ignored.ts");
  const kept = new KeptIgnored(where.server);
  const ignoring = { names: await kept.names(), keep: kept.keep.bind(kept) };
  using claims = new Claims();
  await using client = await logIn({
    ...where,
    showsTyping: true,
    session: (name) => lastSession(downloads, where.server, claims, name),
    signal: new AbortController().signal,
    patienceMs: 0,
    // Stopping the process group with Ctrl-Z needs `run`; the libraries that draw read the environment.
    // Files are read from and written to where its user says.
    permissions: ["net", "env", "run", "read", "write", "sys"],
  });
  const end = await runTerminal({
    client,
    where: showAddress(where.server),
    bell,
    tellsTyping: typing === "on",
    rooms: where.rooms,
    keeping: keepingFor(where.server),
    ignoring,
    files: {
      server: where.server,
      directory: downloads,
      fileBytesMax: maxFile,
      claims,
      rate: limitRate,
      home: Deno.env.get("HOME"),
    },
  });
  const last = farewell(end).join("\n");
  if (end.kind === "closed") throw new Failure(last);
  if (last !== "") print(`${last}\n`);
  if (end.kind !== "quit") throw new Failure("Interrupted.", EXIT.interrupted);
}
