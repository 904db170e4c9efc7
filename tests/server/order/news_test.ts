/**
 * What accounts hear when they come in: all of it, until they have been here for a while, and no more after that.
 *
 * @module
 */

import fc from "fast-check";
import { memoryStore } from "../../../server/mod.ts";
import { NEWS_MAX, NEWS_READ_MS } from "../../../server/order/limits.ts";
import {
  News,
  newsIn,
  type NewsItem,
  type NewsPut,
  type ReportNews,
} from "../../../server/order/news.ts";
import { type KeptValues, StorageError } from "../../../server/store/store_port.ts";
import { foldText } from "../../../server/wire/mod.ts";
import { assertEquals } from "../../assert.ts";

const EVE = { key: foldText("Eve"), tag: "eve" };

/** News, over values in memory, with a clock and somebody who may be here. */
function place() {
  const { values } = memoryStore();
  const state = { now: 1_000_000, isHere: false };
  const again = () => new News({ values, steady: () => state.now, isHere: () => state.isHere });
  const write = ({ key, value, arrived }: NewsPut) => values.write(key, value, arrived);
  return { values, state, again, write, news: again() };
}

function invitation(at: number): NewsItem {
  return { act: "invite", room: "tea", by: "Anna", at };
}

Deno.test("news are told at each login until somebody has stayed, and nothing is kept after that", () => {
  const { values, state, news, write, again } = place();
  write(news.put(EVE, invitation(1)));
  for (const server of [news, again(), news]) {
    state.isHere = true;
    assertEquals(server.tell(EVE, false), [invitation(1)]);
    state.now += NEWS_READ_MS - 1;
    server.check();
    state.isHere = false;
    server.check();
    state.now += NEWS_READ_MS;
    server.check();
  }
  state.isHere = true;
  assertEquals(news.tell(EVE, false), [invitation(1)]);
  state.now += NEWS_READ_MS;
  news.check();
  assertEquals([news.tell(EVE, false), [...values.keys("news/")]], [[], []]);
});

Deno.test("of two deeds at once none is lost, of very many the newest are kept, and another account of that name is told nothing", () => {
  const { values, news, write } = place();
  const [first, second] = [news.put(EVE, invitation(1)), news.put(EVE, invitation(2))];
  write(first);
  const third = news.put(EVE, invitation(3));
  write(second);
  write(third);
  assertEquals(news.tell(EVE, false).map(({ at }) => at), [1, 2, 3]);
  for (let at = 4; at < 50; at++) {
    write(news.put(EVE, invitation(at)));
  }
  assertEquals(
    news.tell(EVE, false).map(({ at }) => at),
    Array.from({ length: NEWS_MAX }, (_, n) => 30 + n),
  );
  assertEquals(news.tell({ ...EVE, tag: "another" }, false), []);
  news.forget(EVE.key);
  assertEquals([...values.keys("news/")], []);
});

Deno.test("what is refused is not told with what comes behind it, and takes nothing with it that is on its way", () => {
  const { news, write } = place();
  const first = news.put(EVE, invitation(1));
  news.put(EVE, invitation(2)).arrived(new StorageError("full"));
  const third = news.put(EVE, invitation(3));
  write(first);
  write(third);
  assertEquals(news.tell(EVE, false).map(({ at }) => at), [1, 3]);
});

Deno.test("what was told goes, and what is on its way meanwhile stays", () => {
  const { values, state } = place();
  const held: (() => void)[] = [];
  const slow: KeptValues = {
    ...values,
    write: (...what) => held.push(() => values.write(...what)),
  };
  const release = () => held.splice(0).forEach((go) => go());
  const news = new News({ values: slow, steady: () => state.now, isHere: () => state.isHere });
  const write = ({ key, value, arrived }: NewsPut) => slow.write(key, value, arrived);
  write(news.put(EVE, invitation(1)));
  release();
  state.isHere = true;
  assertEquals(news.tell(EVE, false), [invitation(1)]);
  write(news.put(EVE, invitation(2)));
  state.now += NEWS_READ_MS;
  news.check();
  release();
  assertEquals(news.tell(EVE, false), [invitation(2)]);
  write(news.put(EVE, invitation(3)));
  news.forget(EVE.key);
  release();
  assertEquals(news.tell(EVE, false), []);
});

Deno.test("each operator hears of each report once it stays, whatever comes in between", () => {
  const act = fc.oneof(
    fc.constant("report" as const),
    fc.constant("restart" as const),
    fc.record({ who: fc.constantFrom("rita", "rolf"), stays: fc.boolean() }),
  );
  fc.assert(
    fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
      const { state, write, again } = place();
      let news = again();
      let at = 0;
      const heard: Record<string, number> = { rita: 0, rolf: 0 };
      for (const one of acts) {
        if (one === "restart") news = again();
        else if (one === "report") {
          const item: ReportNews = {
            act: "report",
            room: "lobby",
            by: "Cleo",
            at: ++at,
            message: at,
          };
          write(news.putForOperators(item));
        } else {
          const expected = Array.from({ length: at }, (_, n) => n + 1)
            .slice(-NEWS_MAX).filter((n) => n > (heard[one.who] ?? 0));
          state.isHere = true;
          const told = news.tell({ key: foldText(one.who), tag: one.who }, true);
          assertEquals(told.map(({ at }) => at), expected);
          if (one.stays) state.now += NEWS_READ_MS;
          else state.isHere = false;
          news.check();
          state.isHere = false;
          if (one.stays) heard[one.who] = at;
        }
      }
    }),
  );
});

Deno.test("news of an account that is gone are erased, and what is on its way for who has the name now is not", async () => {
  const { values, news, write } = place();
  write(news.put(EVE, invitation(1)));
  const other = { ...EVE, tag: "another" };
  const coming = news.put(other, invitation(2));
  // It was given to the store before the erasing, which is the last word.
  await news.erase(EVE);
  coming.arrived();
  const { key } = coming;
  assertEquals(newsIn(values.value(key) ?? new Uint8Array())?.items, [invitation(2)]);
  await news.erase(EVE);
  assertEquals(values.has(key), true);
  await news.erase(other);
  assertEquals(values.has(key), false);
});

Deno.test("an operator hears of each report once, also of one behind a clock that was set back", () => {
  const { state, news, write } = place();
  const report = (at: number): ReportNews => ({
    act: "report",
    room: "tea",
    by: "Anna",
    at,
    message: at,
  });
  const comesIn = (): readonly unknown[] => {
    state.isHere = true;
    const told = news.tell(EVE, true).map((item) => item.act === "report" ? item.message : item);
    state.now += NEWS_READ_MS;
    news.check();
    state.isHere = false;
    return told;
  };
  write(news.putForOperators(report(90_000_000)));
  assertEquals(comesIn(), [90_000_000]);
  for (const at of [1_000, 1_000, 2_000]) write(news.putForOperators(report(at)));
  assertEquals(comesIn(), [1_000, 1_000, 2_000]);
  assertEquals(comesIn(), []);
});
