/**
 * Small runs that touch every promise of the store, for crashing at each of their calls.
 *
 * @module
 */

import { Session, type SessionOptions } from "./session.ts";

/** A run with a name. */
export interface Workload {
  readonly name: string;
  readonly options?: SessionOptions;
  readonly run: (session: Session) => Promise<void>;
}

const LONG = "long ".repeat(150);

/** The runs. */
export const WORKLOADS: readonly Workload[] = [
  { name: "nothing", run: async () => {} },
  {
    name: "one message",
    run: async (s) => {
      s.append("a", "hello");
      await s.settle();
    },
  },
  {
    name: "one group of many",
    run: async (s) => {
      for (let i = 0; i < 20; i++) s.append("a", `m${i}`);
      await s.settle();
    },
  },
  {
    name: "many groups",
    run: async (s) => {
      for (let i = 0; i < 8; i++) {
        s.append("a", `m${i}`);
        await s.settle();
      }
    },
  },
  {
    name: "groups that overlap",
    run: async (s) => {
      for (let i = 0; i < 12; i++) {
        s.append(`s${i % 3}`, `m${i}`);
        if (i % 2 === 0) await Promise.resolve();
      }
      await s.settle();
    },
  },
  {
    name: "bodies over several sectors",
    run: async (s) => {
      for (let i = 0; i < 4; i++) {
        s.append("a", LONG + i);
        s.append("a", "");
        await s.settle();
      }
    },
  },
  {
    name: "a batch",
    run: async (s) => {
      s.append("a", "before");
      await s.settle();
      s.batch([["a", LONG], ["b", LONG], ["a", "c"]], "k");
      await s.settle();
      s.append("a", "after");
      await s.settle();
    },
  },
  {
    name: "batches in one group",
    run: async (s) => {
      s.batch([["a", LONG], ["b", "x"]]);
      s.batch([["a", "y"], ["b", LONG]], "k");
      s.append("c", "z");
      await s.settle();
    },
  },
  {
    name: "keys",
    run: async (s) => {
      s.put("user:ann", "1");
      s.put("user:bob", "2");
      await s.settle();
      s.put("user:ann", "3");
      s.delete("user:bob");
      await s.settle();
      s.put("user:bob", "4");
      await s.settle();
    },
  },
  {
    name: "edits",
    run: async (s) => {
      s.append("a", "1");
      s.append("a", "2");
      await s.edit("a", 1, "one");
      await s.edit("a", 1, LONG);
    },
  },
  {
    name: "removals",
    run: async (s) => {
      for (let i = 1; i <= 5; i++) s.append("a", `m${i}`);
      await s.remove("a", 3);
      await s.remove("a", 5);
      await s.remove("a", 1);
      s.append("a", "m6");
      await s.settle();
    },
  },
  {
    name: "trimming to nothing",
    run: async (s) => {
      for (let i = 1; i <= 5; i++) s.append("a", `m${i}`);
      await s.trim("a", 3);
      await s.trim("a", 100);
      s.append("a", "m6");
      await s.settle();
    },
  },
  {
    name: "segments that end",
    options: { segmentBytes: 512 },
    run: async (s) => {
      for (let i = 0; i < 16; i++) {
        s.append("a", `message ${i}`);
        s.append("b", `message ${i}`);
        await s.settle();
      }
    },
  },
  {
    name: "segments that end under load",
    options: { segmentBytes: 256 },
    run: async (s) => {
      for (let i = 0; i < 30; i++) {
        s.append("a", `message ${i}`);
        if (i % 3 === 0) await Promise.resolve();
      }
      await s.settle();
    },
  },
  {
    name: "senders that each wait for their message",
    options: { segmentBytes: 256 },
    run: async (s) => {
      const send = async (stream: string): Promise<void> => {
        for (let i = 0; i < 8; i++) {
          s.append(stream, `message ${i}`);
          await s.store().flush();
        }
      };
      await Promise.all(["a", "b", "c"].map(send));
      await s.reopen();
    },
  },
  {
    name: "a clean restart",
    run: async (s) => {
      s.append("a", "1");
      s.put("k", "v");
      await s.settle();
      await s.reopen();
      s.append("a", "2");
      await s.settle();
    },
  },
  {
    name: "restarts without writing",
    run: async (s) => {
      s.append("a", "1");
      await s.settle();
      await s.reopen();
      await s.reopen();
      await s.killAndOpen();
    },
  },
  {
    name: "a kill between groups",
    run: async (s) => {
      s.append("a", "1");
      await s.settle();
      s.append("a", "2");
      await s.settle();
      await s.killAndOpen();
      s.append("a", "3");
      await s.settle();
      await s.killAndOpen();
    },
  },
  {
    name: "a kill inside of a group",
    run: async (s) => {
      s.append("a", "1");
      await s.settle();
      s.append("a", "2");
      s.batch([["a", LONG], ["b", "x"]]);
      await Promise.resolve();
      await s.killAndOpen();
      s.append("a", "3");
      await s.settle();
    },
  },
  {
    name: "compaction",
    options: { segmentBytes: 512 },
    run: async (s) => {
      for (let i = 1; i <= 12; i++) s.append("a", `m${i}`);
      s.put("k", "1");
      await s.remove("a", 2);
      await s.edit("a", 5, "edited");
      s.put("k", "2");
      s.delete("gone");
      await s.compact();
      s.append("a", "m13");
      await s.settle();
    },
  },
  {
    name: "compaction again and again",
    options: { segmentBytes: 400 },
    run: async (s) => {
      s.put("k", "1");
      for (let i = 1; i <= 9; i++) s.append(`s${i % 2}`, `m${i}`);
      await s.compact();
      await s.remove("s1", 5);
      s.delete("k");
      await s.compact();
      await s.remove("s1", 4);
      await s.trim("s0", 3);
      await s.killAndOpen();
      await s.compact();
      await s.reopen();
    },
  },
  {
    name: "compaction that makes use of the last drop",
    options: { segmentBytes: 512 },
    run: async (s) => {
      for (let i = 1; i <= 12; i++) s.append("a", `m${i}`);
      await s.compact();
      await s.trim("a", 9);
      await s.compactWorthwhile();
      await s.killAndOpen();
    },
  },
  {
    name: "compaction that makes use of the last edit",
    options: { segmentBytes: 512 },
    run: async (s) => {
      for (let i = 1; i <= 12; i++) s.append("a", `m${i}`);
      await s.compact();
      s.append("b", "1");
      for (let i = 1; i <= 7; i++) await s.edit("a", i, `edited ${i}`);
      await s.compactWorthwhile();
      await s.killAndOpen();
    },
  },
  {
    name: "edits with what stands beside them, and erasing what they replaced",
    options: { segmentBytes: 512 },
    run: async (s) => {
      for (let i = 1; i <= 8; i++) s.append("a", `m${i}`);
      await s.settle();
      await s.editBeside("a", 2, "edited", "notes");
      await s.editBeside("a", 8, "edited, too", "notes");
      await s.erase();
      s.append("a", "m9");
      await s.editBeside("a", 2, "edited again", "notes");
      await s.killAndOpen();
      await s.erase();
      s.append("a", "m10");
      await s.settle();
    },
  },
  {
    name: "retention, compaction and a kill",
    options: { segmentBytes: 512 },
    run: async (s) => {
      for (let i = 1; i <= 12; i++) s.append(`s${i % 3}`, `m${i}`, i % 3 === 0 ? i : 10 * i);
      await s.compact();
      await s.retain(60);
      await s.compactWorthwhile();
      await s.killAndOpen();
      s.append("s0", "again", 200);
      await s.settle();
      await s.retain(1000);
      await s.compact();
      await s.killAndOpen();
    },
  },
  ...["drop", "edit", "removal of a key", "end of a stream"].map((what): Workload => ({
    name: `compaction that makes use of an unsynced ${what}`,
    options: { segmentBytes: 512, durability: "os" },
    run: async (s) => {
      s.put("k", "1");
      for (let i = 1; i <= 12; i++) s.append("a", `m${i}`, i);
      await s.compact();
      s.append("b", "1", 100);
      if (what === "drop") await s.trim("a", 9);
      else if (what === "edit") {
        for (let i = 1; i <= 7; i++) {
          await s.edit("a", i, `edited ${i}`);
        }
      } else if (what === "end of a stream") await s.retain(50);
      else {
        await s.trim("a", 9);
        s.delete("k");
      }
      await s.compactWorthwhile();
      await s.killAndOpen();
    },
  })),
  {
    name: "shrinking and a kill",
    options: { segmentBytes: 512 },
    run: async (s) => {
      for (let i = 1; i <= 24; i++) {
        s.append(`s${i % 2}`, `message ${i}`);
        await s.settle();
      }
      await s.edit("s1", 12, "edited");
      await s.shrink(900);
      await s.killAndOpen();
      s.append("s1", "more");
      await s.shrink(1);
      await s.killAndOpen();
    },
  },
  {
    name: "everything at once",
    options: { segmentBytes: 700 },
    run: async (s) => {
      for (let i = 1; i <= 6; i++) s.append("a", `m${i}`);
      s.put("k", "1");
      await s.edit("a", 2, "edited");
      await s.remove("a", 4);
      s.batch([["b", LONG], ["a", "m7"]], "k");
      await s.settle();
      await s.killAndOpen();
      await s.trim("a", 3);
      s.delete("k");
      await s.reopen();
      s.append("b", "end");
      await s.settle();
    },
  },
];

/** Runs a workload; the session's trace is what there is to crash. */
export async function runWorkload(workload: Workload): Promise<Session> {
  const session = new Session(workload.options);
  await session.open();
  await workload.run(session);
  await session.check();
  await session.store().close();
  return session;
}
