/**
 * Whom a person is asked about next, whatever a crowd offers.
 *
 * @module
 */

import { Questions } from "../../../cli/files/questions.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("senders take turns: after a thousand offers of one, another's is asked about second", () => {
  const questions = new Questions();
  for (let n = 0; n < 1_000; n++) questions.add({ n, from: "mal" });
  questions.add({ n: 1_000, from: "anna" });
  assertEquals(questions.current?.n, 0);
  assertEquals(questions.answer(0)?.n, 0);
  assertEquals(questions.current?.n, 1_000);
  questions.answer(0);
  assertEquals(questions.current?.n, 1);
});

Deno.test("under ever new names, whoever has waited longest is asked about first", () => {
  const questions = new Questions();
  questions.add({ n: 0, from: "mal0" });
  questions.add({ n: 1, from: "anna" });
  for (let n = 2; n < 500; n++) questions.add({ n, from: `mal${n}` });
  questions.answer(0);
  assertEquals(questions.current?.from, "anna");
});

Deno.test("224 offers that were taken back are not asked about", () => {
  const questions = new Questions();
  for (let n = 0; n < 224; n++) questions.add({ n, from: `mal${n % 7}` });
  questions.add({ n: 224, from: "anna" });
  for (let n = 223; n >= 0; n--) questions.end(n, 0);
  assertEquals(questions.current?.from, "anna");
  assertEquals(questions.answer(1_000)?.from, "anna");
  assertEquals(questions.current, undefined);
});

Deno.test("an answer that was typed for a question which is gone answers nothing", () => {
  const questions = new Questions();
  questions.add({ n: 0, from: "anna" });
  questions.add({ n: 1, from: "mal" });
  assertEquals(questions.end(1, 0), false, "It was not asked about");
  questions.add({ n: 2, from: "mal" });
  assertEquals(questions.end(0, 5_000), true);
  assertEquals(questions.answer(5_999), undefined);
  assertEquals(questions.current?.n, 2);
  assertEquals(questions.answer(6_000)?.n, 2);
});

Deno.test("what is left unanswered is told when nobody answers any more", () => {
  const questions = new Questions();
  for (let n = 0; n < 3; n++) questions.add({ n, from: "mal" });
  assertEquals(questions.clear().map(({ n }) => n), [0, 1, 2]);
  assertEquals([questions.current, questions.clear()], [undefined, []]);
});
