/**
 * The ways to watch, as data: which kernel programs each consists of, and what it cannot see.
 *
 * A way is a backend, which sees the entry of calls, and an exit, which sees their end and tells of them. `attach.ts` tries
 * the ways in the order in which they are listed here.
 *
 * | exit        | sees                                             | needs                        |
 * | ----------- | ------------------------------------------------ | ---------------------------- |
 * | `socket`    | every call on every socket, with its socket      | Linux 6.3                    |
 * | `fexit`     | the ends of the kernel's functions               | trampolines (x86_64, newer aarch64) |
 * | `kretprobe` | the same; some are missed, and that is counted   | kprobes                      |
 * | `sys_exit`  | the ends of system calls, without their sockets  | nothing but types            |
 *
 * @module
 */

import type { Backend, ObserveOptions } from "./observation.ts";
import type { Whom } from "./whom.ts";

/** How the end of a call is seen. */
export type Exit = "socket" | "fexit" | "kretprobe" | "sys_exit";

/** A kernel program of a way. */
export interface Probe {
  /** Its name in the object. */
  readonly program: string;
  /** What it is attached to. */
  readonly target: string;
  /** What that is. Typed ones are looked up before loading, since one that is missing would stop all. */
  readonly kind: "tracepoint" | "typed function" | "function" | "iterator";
  /** What is not seen without it, as a sentence; undefined when it must be there. */
  readonly optional?: string;
}

/** A way to watch. */
export interface Way {
  readonly backend: Backend;
  readonly exit: Exit;
  /** In the order in which they are attached: exits first. */
  readonly probes: readonly Probe[];
  /** Whether only calls count whose entry a probe has seen. */
  readonly entryRequired: boolean;
  /** What it cannot see, as sentences. */
  readonly blind: readonly string[];
}

/** What is asked for, all settled. */
export type Asked = Required<Pick<ObserveOptions, "backend" | "exit" | "durations">> & {
  readonly functions: readonly string[] | undefined;
  /** Whether syncs of files are told. Default: they are not. */
  readonly syncs?: boolean;
};

/** The functions that can be watched, as our programs are called after them. */
const FUNCTIONS: readonly string[] = [
  ...["sendto", "recvfrom", "sendmsg", "recvmsg", "sendmmsg", "recvmmsg"],
  ...["tcp_sendmsg", "tcp_recvmsg"],
];

/** The kernel's name of a function. */
function targetOf(name: string): string {
  return name.startsWith("tcp_") ? name : `__sys_${name}`;
}

/** Functions without which the rest is still of use: hardly anybody calls them. */
const RARE: ReadonlySet<string> = new Set(["sendmmsg", "recvmmsg"]);

/** The names under which functions may be asked for. */
export const WATCHABLE: readonly string[] = FUNCTIONS.map(targetOf);

const SOCKET_EXIT: readonly Probe[] = [
  { program: "sock_send", target: "sock_send_length", kind: "tracepoint" },
  { program: "sock_recv", target: "sock_recv_length", kind: "tracepoint" },
  {
    program: "sock_ready",
    target: "sk_data_ready",
    kind: "tracepoint",
    optional: "How long data waits before it is read is not measured.",
  },
  {
    program: "sock_state",
    target: "inet_sock_set_state",
    kind: "tracepoint",
    optional: "When TCP closes a connection is not seen.",
  },
  {
    program: "life_state",
    target: "inet_sock_set_state",
    kind: "tracepoint",
    optional: "When connections are opened and closed is not told.",
  },
  {
    program: "life_retransmit",
    target: "tcp_retransmit_skb",
    kind: "tracepoint",
    optional: "When segments are sent again is not told.",
  },
  {
    program: "life_reset_sent",
    target: "tcp_send_reset",
    kind: "tracepoint",
    optional: "Which connections are broken off from here is not told.",
  },
  {
    program: "life_reset_received",
    target: "tcp_receive_reset",
    kind: "tracepoint",
    optional: "Which connections are broken off by the other end is not told.",
  },
  {
    program: "adopt",
    target: "bpf_iter_task_file",
    kind: "iterator",
    optional: "When data came before the first call on a socket is not known.",
  },
  {
    program: "waiting",
    target: "bpf_iter_bpf_sk_storage_map",
    kind: "iterator",
    optional: "What waits to be read now is not known.",
  },
];

const SYS_EXIT: Probe = { program: "sys_exit", target: "sys_exit", kind: "tracepoint" };
const SYS_ENTER: Probe = { program: "sys_enter", target: "sys_enter", kind: "tracepoint" };

/** What tells of syncs, beside every way. */
const DISK: readonly Probe[] = [["disk_enter", "sys_enter"], ["disk_exit", "sys_exit"]].map((
  [program = "", target = ""],
) => ({
  program,
  target,
  kind: "tracepoint",
  optional: "When files are synced to their disk is not seen.",
}));

const NO_SPLICE = "What is read by splice is not seen.";
const NO_DURATIONS = "How long calls take is not measured.";
const NO_DELAYS = "How long data waits before it is read is not measured.";
const NO_LIVES = "When connections are opened and closed is not told.";
const TCP_ONLY =
  "Only TCP sockets are known; calls on others are counted without their socket, and their read and write not at all.";
const MISSED =
  "The kernel misses calls when many threads are in the same function; how many is counted as lost.";
const NO_SOCKETS = "Sockets are not known: there are no addresses and no figures per socket.";
const NO_READ_WRITE = "Calls of read and write on sockets are not seen.";

/** Probes on the functions of these programs: `kprobe_sendto` and so on. */
function onFunctions(prefix: string, asked: readonly string[] | undefined): readonly Probe[] {
  const kind = prefix.startsWith("f") ? "typed function" : "function";
  return FUNCTIONS
    .filter((name) => asked === undefined || asked.includes(targetOf(name)))
    .map((name) => {
      const target = targetOf(name);
      const probe: Probe = { program: `${prefix}_${name}`, target, kind };
      if (asked !== undefined || !RARE.has(name)) return probe;
      return { ...probe, optional: `Calls of ${target} are not seen.` };
    });
}

function functionWay(backend: "kprobe" | "fentry", exit: Exit, { functions }: Asked): Way {
  const entries = onFunctions(backend, functions);
  const limited = functions === undefined ? [] : [`Only calls of ${functions.join(", ")} count.`];
  const entryRequired = functions !== undefined;
  if (exit === "socket") {
    const probes = [...SOCKET_EXIT, ...entries];
    return { backend, exit, probes, entryRequired, blind: [NO_SPLICE, ...limited] };
  }
  const missed = exit === "kretprobe" ? [MISSED] : [];
  return {
    backend,
    exit,
    probes: [...onFunctions(exit, functions), ...entries],
    entryRequired,
    blind: [NO_SPLICE, TCP_ONLY, NO_DELAYS, NO_LIVES, ...missed, ...limited],
  };
}

function tracepointWays({ durations }: Asked): readonly Way[] {
  const way = { backend: "tracepoint", entryRequired: false } as const;
  const entry = durations ? [{ ...SYS_ENTER, optional: NO_DURATIONS }] : [];
  const blind = durations ? [NO_SPLICE] : [NO_SPLICE, NO_DURATIONS];
  return [
    { ...way, exit: "socket", probes: [...SOCKET_EXIT, ...entry], blind },
    {
      ...way,
      exit: "sys_exit",
      probes: [SYS_EXIT, SYS_ENTER],
      blind: [NO_SOCKETS, NO_READ_WRITE, NO_SPLICE, NO_DELAYS, NO_LIVES],
    },
  ];
}

/**
 * The ways to try, in order.
 *
 * @throws {RangeError} When functions are asked for that cannot be watched, or in a way that knows no functions.
 */
export function waysFor(asked: Asked): readonly Way[] {
  const ways = waysOf(asked);
  return asked.syncs === true
    ? ways.map((way) => ({ ...way, probes: [...way.probes, ...DISK] }))
    : ways;
}

function waysOf(asked: Asked): readonly Way[] {
  const unknown = asked.functions?.find((name) => !WATCHABLE.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(`'${unknown}' cannot be watched, only ${WATCHABLE.join(", ")}`);
  }
  const { backend, exit, functions } = asked;
  if (backend === "tracepoint" && (functions !== undefined || exit !== "auto")) {
    throw new RangeError("Functions and exits are for the backends kprobe and fentry");
  }
  const exits: readonly Exit[] = exit === "auto" ? ["socket", "fexit", "kretprobe"] : [exit];
  const kprobe = exits.map((exit) => functionWay("kprobe", exit, asked));
  const fentry = exits.map((exit) => functionWay("fentry", exit, asked));
  switch (backend) {
    case "kprobe":
      return kprobe;
    case "fentry":
      return fentry;
    case "tracepoint":
      return tracepointWays(asked);
    case "auto": {
      const functionsOnly = functions !== undefined || exit !== "auto";
      if (functionsOnly) return [...kprobe, ...fentry];
      // To time calls, tracepoints slow down every system call of the machine: functions are for those who call them.
      const [first, ...others] = fentry;
      const early = asked.durations && first !== undefined ? [first] : [];
      const late = early.length > 0 ? others : fentry;
      return [...kprobe, ...early, ...tracepointWays(asked), ...late];
    }
    default:
      return backend satisfies never;
  }
}

/** The same ways with the programs that keep account of who is watched: attached before all others. */
export function accountingFor(whom: Whom, ways: readonly Way[]): readonly Way[] {
  if (whom.kind !== "processes") return ways;
  const exit: Probe = { program: "whose_exit", target: "sched_process_exit", kind: "tracepoint" };
  const fork: Probe = { program: "whose_fork", target: "sched_process_fork", kind: "tracepoint" };
  const first = whom.children ? [exit, fork] : [exit];
  return ways.map((way) => ({ ...way, probes: [...first, ...way.probes] }));
}

/** Whether a program tells of calls: what it misses is lost. */
export function tellsCalls(program: string): boolean {
  return /^(sock_send|sock_recv|fexit_.*|kretprobe_.*|sys_exit)$/.test(program);
}
