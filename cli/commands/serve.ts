/**
 * `chat serve`: the server.
 *
 * @module
 */

import { type Command, Option } from "@commander-js/extra-typings";
import { wait } from "../../ground/mod.ts";
import type { MessageStore, TransportChoice } from "../../server/mod.ts";
import {
  exemptRanges,
  hookTargets,
  hookToOption,
  proxyOption,
  trustedProxies,
} from "../address_options.ts";
import { openFilesMax } from "../ask_shell.ts";
import { dataOption } from "../data_dir.ts";
import {
  type HttpFlags,
  httpOf,
  httpOption,
  metricsTokenOption,
  originOption,
} from "../http_options.ts";
import { keepOnly, type Permission } from "../privileges.ts";
import { openData, refuseKeepingNothing } from "../keeping_options.ts";
import { LogWriter } from "../log_writer.ts";
import {
  makesFiles,
  type ProfileFlags,
  profileOption,
  profileSecondsOption,
  profilingOf,
} from "../profile/options.ts";
import { Reloading } from "../reload.ts";
import { type LimitFlags, limitsOf } from "../serve_limits.ts";
import type { LogEvent, LogLevel } from "../server_log.ts";
import { listen, tokenFor } from "../serving.ts";
import { endSignal, onUserSignal } from "../signals.ts";
import {
  certificateOf,
  certOption,
  demandOption,
  insecureOption,
  keyOption,
  type TlsFlags,
  unencrypted,
} from "../tls/serve_options.ts";
import { readCertificate, watchCertificate } from "../tls/shown_certificate.ts";
import { announce, writeToError } from "../streams.ts";
import {
  bytesFrom,
  duration,
  host,
  port,
  PORT_DEFAULT,
  showAddress,
  wholeNumber,
} from "../values.ts";

/** The smallest `--max-store` in bytes: what the server says of it, known here without loading the server. */
const STORE_BYTES_MIN = 2_000_000;

/** The smallest `--memory` in bytes: what a few who read slowly hold in passing. */
const MEMORY_BYTES_MIN = 16 << 20;

/** How long the last lines of the log may take to be read, in ms: a server that has closed is not kept by them. */
const LAST_LINES_MS = 500;

/** Says what it takes, and what it does. */
export function define(command: Command): void {
  command
    .addOption(
      new Option("--host <host>", "address to listen on").env("CHAT_HOST").argParser(host)
        .default("127.0.0.1" as string),
    )
    .addOption(
      new Option("-p, --port <port>", "port to listen on, 0 for a free one")
        .env("CHAT_PORT").argParser(port).default(PORT_DEFAULT),
    )
    .addOption(
      new Option("--durability <level>", "when a message counts as kept")
        .env("CHAT_DURABILITY").choices(["durable", "os", "none"] as const)
        .default("durable" as const),
    )
    .addOption(dataOption())
    .addOption(
      new Option(
        "--retain <time>",
        "delete messages that are older, such as 90d (default: keep all)",
      )
        .env("CHAT_RETAIN").argParser(duration),
    )
    .addOption(
      new Option(
        "--max-store <size>",
        "how large the store may be, such as 10G: beyond it the oldest messages go (default: the disk)",
      ).env("CHAT_MAX_STORE").argParser(bytesFrom(STORE_BYTES_MIN)),
    )
    .addOption(
      new Option(
        "--change-within <time>",
        "how long one may edit and delete what one said, such as 15m (default: for ever)",
      ).env("CHAT_CHANGE_WITHIN").argParser(duration),
    )
    .addOption(
      new Option("--rate <n>", "messages a user may send per second, 0 for no limit")
        .env("CHAT_RATE").argParser(wholeNumber(0, 1_000_000)).default(20),
    )
    .addOption(
      new Option("--max-connections <n>", "connections at once (default: as many as fit)")
        .env("CHAT_MAX_CONNECTIONS").argParser(wholeNumber(1, 1_000_000)),
    )
    .addOption(
      new Option("--memory <size>", "memory for connections (default: a quarter of the machine's)")
        .env("CHAT_MEMORY").argParser(bytesFrom(MEMORY_BYTES_MIN)),
    )
    .addOption(
      new Option("--max-frame <bytes>", "largest frame accepted, such as 64KiB")
        .env("CHAT_MAX_FRAME").argParser(bytesFrom(1_024, 15 << 20)).default(1 << 20),
    )
    .addOption(httpOption())
    .addOption(
      new Option(
        "--max-file <bytes>",
        "largest file that may be offered, such as 500M (default: any)",
      )
        .env("CHAT_MAX_FILE").argParser(bytesFrom(0)),
    )
    .addOption(metricsTokenOption())
    .addOption(originOption())
    .addOption(proxyOption())
    .addOption(hookToOption())
    .addOption(
      new Option("--address-connections <n>", "connections at once from one address")
        .env("CHAT_ADDRESS_CONNECTIONS").argParser(wholeNumber(0, 1_000_000)).default(100),
    )
    .addOption(
      new Option("--address-connects <n>", "new connections per second from one address")
        .env("CHAT_ADDRESS_CONNECTS").argParser(wholeNumber(0, 1_000_000)).default(20),
    )
    .addOption(
      new Option("--address-logins <n>", "logins per second from one address")
        .env("CHAT_ADDRESS_LOGINS").argParser(wholeNumber(0, 1_000_000)).default(10),
    )
    .addOption(
      new Option("--address-rate <n>", "messages per second from one address")
        .env("CHAT_ADDRESS_RATE").argParser(wholeNumber(0, 1_000_000)).default(100),
    )
    .addOption(
      new Option("--address-room-rate <n>", "messages per second from one address into one room")
        .env("CHAT_ADDRESS_ROOM_RATE").argParser(wholeNumber(0, 1_000_000)).default(20),
    )
    .addOption(
      new Option("--address-places <n>", "places in rooms for all users of one address")
        .env("CHAT_ADDRESS_PLACES").argParser(wholeNumber(0, 1_000_000)).default(1_000),
    )
    .addOption(
      new Option("--address-traffic <size>", "bytes per second from one address, files apart")
        .env("CHAT_ADDRESS_TRAFFIC").argParser(bytesFrom(0)).default(8 << 20, "8MiB"),
    )
    .addOption(
      new Option("--address-site <n>", "so many times these limits for a whole /48 of IPv6")
        .env("CHAT_ADDRESS_SITE").argParser(wholeNumber(0, 1_000_000)).default(10),
    )
    .addOption(
      new Option("--user-bytes <size>", "bytes of what a user says that are kept a day")
        .env("CHAT_USER_BYTES").argParser(bytesFrom(0)).default(64 << 20, "64MiB"),
    )
    .addOption(
      new Option("--user-rooms <n>", "rooms that a user may make a day")
        .env("CHAT_USER_ROOMS").argParser(wholeNumber(0, 1_000_000)).default(50),
    )
    .addOption(
      new Option("--user-pairs <n>", "people with whom a user may begin to whisper a day")
        .env("CHAT_USER_PAIRS").argParser(wholeNumber(0, 1_000_000)).default(200),
    )
    .addOption(
      new Option("--address-bytes <size>", "the same as --user-bytes for one address")
        .env("CHAT_ADDRESS_BYTES").argParser(bytesFrom(0)).default(256 << 20, "256MiB"),
    )
    .addOption(
      new Option("--address-rooms <n>", "the same as --user-rooms for one address")
        .env("CHAT_ADDRESS_ROOMS").argParser(wholeNumber(0, 1_000_000)).default(200),
    )
    .addOption(
      new Option("--address-pairs <n>", "the same as --user-pairs for one address")
        .env("CHAT_ADDRESS_PAIRS").argParser(wholeNumber(0, 1_000_000)).default(1_000),
    )
    .addOption(
      new Option("--exempt <range...>", "addresses without these limits, or none")
        .env("CHAT_EXEMPT").default(["127.0.0.0/8", "::1"] as string[]),
    )
    .addOption(
      new Option(
        "--transport <kind>",
        "whose sockets to use: by epoll where they can be had, or the runtime's",
      )
        .env("CHAT_TRANSPORT").choices(["auto", "runtime", "epoll"] as const)
        .default("auto" as const),
    )
    .addOption(
      new Option(
        "--accounts <who>",
        "who may come in: everybody, only those with an account, only those whose account you made, or guests alone",
      )
        .env("CHAT_ACCOUNTS").choices(["open", "required", "closed", "off"] as const)
        .default("open" as const),
    )
    .addOption(certOption())
    .addOption(keyOption())
    .addOption(demandOption())
    .addOption(insecureOption())
    .option("--anonymous", "be a plain relay: no names, no commands, nothing stored", false)
    .addOption(
      new Option("--log <form>", "form of the log on stderr")
        .env("CHAT_LOG").choices(["text", "json"] as const).default("text" as const),
    )
    .addOption(
      new Option(
        "--log-level <level>",
        "what the log tells: all, or what is worth a look, or fails",
      )
        .env("CHAT_LOG_LEVEL").choices(["info", "warning", "error"] as const)
        .default("info" as const),
    )
    .addOption(profileOption())
    .addOption(profileSecondsOption())
    .addHelpText(
      "after",
      `
An address is an IPv4 address, or a /64 of IPv6; all of a /48 have --address-site times as much together. A limit of 0 is none.
At SIGHUP the server reads its config file and its certificate again, and goes on: limits, --retain and --log-level are others
from then on, and the log says what needs a restart instead. Accounts and bans are always as they are set. A new certificate
is also taken soon after its files have changed. Nobody is dropped for any of it.
At SIGUSR2 the server takes a CPU profile into its data directory; it opens in DevTools and speedscope.

Examples:
  chat serve                         on 127.0.0.1, port ${PORT_DEFAULT}
  chat serve --host 0.0.0.0 -p 9000  for the whole network
  chat serve --data ./chat-data      keep the messages there
  chat serve --retain 90d --max-store 10G   for so long, and not more of them
  chat serve --durability none       keep them in memory only
  chat serve --http 127.0.0.1:9090   in a browser, too: open http://127.0.0.1:9090/
  chat serve --http 127.0.0.1:9090 --origin https://chat.example
                                     the same, behind a proxy that is found there
  chat serve --profile run.cpuprofile   where its time goes, written when it ends
  chat serve --accounts required     only for those with an account, which everybody may make
  chat serve --accounts closed       only for those for whom you made one: chat user add
  chat serve --host 0.0.0.0 --tls-cert chat-cert.pem --tls-key chat-key.pem --tls required
                                     encrypted, and not otherwise (see chat cert)
  chat serve --exempt 10.0.0.0/8     the limits by address are not for those
  nc localhost ${PORT_DEFAULT}                  talk to it by hand: the first line is your name`,
    )
    .action((flags) => serve(flags, command));
}

interface ServeFlags extends HttpFlags, LimitFlags, ProfileFlags, TlsFlags {
  readonly host: string;
  readonly port: number;
  readonly transport: TransportChoice;
  readonly log: "text" | "json";
  readonly logLevel: LogLevel;
}

async function serve(flags: ServeFlags, command: Command): Promise<void> {
  // First: who hangs up means that files are to be read again, and never the end.
  await using reloading = await Reloading.begin(command, flags);
  const { connectionsThatFit, memoryStore, pipesThatFit, requestsThatFit, serve } = await import(
    "../../server/mod.ts"
  );
  const { isWorth, logLine, paced } = await import("../server_log.ts");
  const { alive, notifier } = await import("../service/alive.ts");
  using systemd = notifier();
  const openFiles = openFilesMax();
  const fit = connectionsThatFit(openFiles);
  const limits = limitsOf(flags, fit);
  refuseKeepingNothing(flags);
  const colour = Deno.stderr.isTerminal() && Deno.env.get("NO_COLOR") === undefined;
  const line = (event: LogEvent) => logLine(event, flags.log, new Date(), colour);
  const log = new LogWriter(writeToError, (lines) => line({ kind: "log_lost", lines }));
  const tell = paced((event) => log.write(line(event)));
  const onEvent = (event: LogEvent) => {
    if (isWorth(event, reloading.flags.logLevel)) tell(event);
  };
  await using profiling = await profilingOf(flags, dataOf(flags), onEvent);
  using _asked = onUserSignal(() => profiling.takeOne());
  const exempt = await exemptRanges(flags);
  const http = await httpOf(flags);
  const proxies = await trustedProxies(flags);
  const hooks = { to: await hookTargets(flags) };
  const certificate = certificateOf(flags);
  using end = endSignal(undefined, ["SIGINT", "SIGTERM"]);
  const tls = certificate === undefined ? undefined : await readCertificate(certificate, flags.tls);
  const store = flags.anonymous || flags.durability === "none"
    ? memoryStore()
    : await openData(flags, flags.durability, onEvent);
  // Before anybody can connect: whoever finds a server listening finds its token, too.
  using operator = await tokenFor(store, flags);
  const server = await listen(
    () =>
      serve({
        hostname: flags.host,
        port: flags.port,
        ...http,
        trustedProxies: proxies,
        hooks,
        ...(operator.token === undefined ? {} : { operatorToken: operator.token }),
        transport: flags.transport,
        accounts: flags.accounts,
        insecurePasswords: flags.insecurePasswords,
        ...(tls === undefined ? {} : { tls }),
        anonymous: flags.anonymous,
        store,
        signal: end.signal,
        exempt,
        limits: {
          ...limits,
          pipesMax: pipesThatFit(openFiles),
          requestsMax: requestsThatFit(openFiles),
        },
        onEvent,
      }),
    store,
    flags,
  );
  operator.listensOn({ host: server.hostname, port: server.port });
  await using watch = certificate && await watchCertificate(server, certificate, onEvent);
  reloading.ready({
    certificate: watch && (() => watch.look(true)),
    limits: (flags) => server.renewLimits(limitsOf(flags, fit)),
    retain: store.retainFor?.bind(store),
    tell: onEvent,
  });
  keepOnly("net", ...kept(store, flags, reloading.readsFile));
  announce(`listening on ${showAddress({ host: server.hostname, port: server.port })}\n`);
  if (server.http !== undefined) {
    const { hostname: host, port } = server.http;
    announce(`http on ${showAddress({ host, port })}\n`);
  }
  const warning = unencrypted(server.hostname, certificate, flags);
  if (warning !== undefined) onEvent(warning);
  using _alive = alive(systemd, showAddress({ host: server.hostname, port: server.port }));
  end.signal.addEventListener("abort", () => systemd.tell("STOPPING=1"));
  try {
    await server.finished;
  } finally {
    await profiling.end();
    await Promise.race([log.written(), wait(LAST_LINES_MS)]);
  }
}

/** What is needed beside the network. */
function kept(
  store: MessageStore,
  flags: ServeFlags,
  readsFile: boolean,
): readonly Permission[] {
  // With `sys` the store asks how much space the disk has left, and the engine is asked for its profiler.
  if (store.durability !== "none") return ["read", "write", "sys"];
  return [
    ...makesFiles(flags) ? ["write"] as const : [],
    ...flags.tlsCert || readsFile ? ["read"] as const : [],
  ];
}

/** The data directory of a server that keeps data. */
function dataOf({ anonymous, durability, data }: ServeFlags): string | undefined {
  return anonymous || durability === "none" ? undefined : data;
}
