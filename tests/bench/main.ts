/**
 * Entry of `deno task bench [name] [arguments]`: lists the benchmarks, or runs one.
 *
 * A benchmark is a module with `run(args, signal)` that returns an exit code. It is imported only
 * when it runs, so the list is instant and one benchmark's needs are not another's. This shell
 * turns Ctrl-C into the signal's abort; what was started is ended by whoever started it.
 *
 * @module
 */

import { note, print } from "./output.ts";

type Run = (args: string[], signal: AbortSignal) => Promise<number>;

const benches: Readonly<Record<string, { readonly about: string; load(): Promise<Run> }>> = {
  fanout: {
    about: "deliveries per second, memory and login time, beside a C server as the limit",
    load: async () => {
      const { run } = await import("./fanout.ts");
      return (args, signal) => run("fanout", args, signal);
    },
  },
  dashboard: {
    about: "what open pages cost the server, and the page: frames, first paint, size",
    load: async () => (await import("./dashboard.ts")).run,
  },
  durable: {
    about: "the server with durable messages beside memory only, and its start on a full store",
    load: async () => (await import("./durable.ts")).run,
  },
  files: {
    about: "a file through the server beside socat as the relay, memory, and chat meanwhile",
    load: async () => (await import("./files.ts")).run,
  },
  flames: {
    about: "the flame graphs of docs/performance.md, drawn anew",
    load: async () => (await import("./flames.ts")).run,
  },
  kernel: {
    about: "processor time and system calls of a delivery, over both kinds of sockets and in C",
    load: async () => (await import("./kernel.ts")).run,
  },
  observe: {
    about: "what being observed costs a server, call by call and in deliveries",
    load: async () => (await import("./observe.ts")).run,
  },
  page: {
    about: "what open pages at / cost the server beside clients of the terminal, and first paint",
    load: async () => (await import("./page.ts")).run,
  },
  peers: {
    about: "the whole table: all loads, nats-server, ngircd and Mosquitto beside, and the goals",
    load: async () => {
      const { run } = await import("./fanout.ts");
      return (args, signal) => run("peers", args, signal);
    },
  },
  soak: {
    about:
      "memory and descriptors of a server that is used for long, with breaks and people who come back",
    load: async () => (await import("./soak.ts")).run,
  },
  start: {
    about: "how soon the program is there, from sources and packed into one file",
    load: async () => (await import("./start.ts")).run,
  },
  way: {
    about: "the way of a message step by step, in nanoseconds, beside send() in C",
    load: async () => (await import("./way.ts")).run,
  },
  tls: {
    about: "a login and a delivery over TLS by each engine, beside none, and memory when many come",
    load: async () => (await import("./tls.ts")).run,
  },
  store: {
    about: "durable appends, opening, pages and compaction, beside node:sqlite",
    load: async () => {
      const { default: run } = await import("./store.ts");
      return async (args) => {
        await run(args);
        return 0;
      };
    },
  },
};

async function main(args: string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined) {
    print("Usage: deno task bench NAME [options]    (NAME --help tells its options)\n");
    for (const [name, { about }] of Object.entries(benches)) print(`  ${name.padEnd(12)}${about}`);
    return 0;
  }
  const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
  if (bench === undefined) {
    note(`There is no benchmark "${name}". Without arguments you get the list.`);
    return 2;
  }
  const controller = new AbortController();
  const stop = () => controller.abort(new Error("Stopped"));
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, stop);
  try {
    const run = await bench.load();
    return await run(rest, controller.signal);
  } catch (error) {
    note(error instanceof Error ? error.message : String(error));
    return controller.signal.aborted ? 130 : 1;
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.removeSignalListener(signal, stop);
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
