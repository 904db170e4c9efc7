/**
 * What was said changes in its place: edited, taken back, reacted to, replied to; and the commands for it.
 *
 * @module
 */

import fc from "fast-check";
import { assert, assertEquals } from "../../assert.ts";
import { inLobby, NOON, type Play, play, welcome } from "./play.ts";

/** What anna and zoe, who reads, have said. */
function talk(): Play {
  const game = inLobby();
  game.message("anna", "shall we meet?");
  game.message("zoe", "yess");
  return game;
}

function edited(seq: number, content: string, by: string) {
  return { type: "MessageEdited", room: "lobby", seq, content, by, at: NOON } as const;
}

function deleted(seq: number, by: string) {
  return { type: "MessageDeleted", room: "lobby", seq, by, at: NOON } as const;
}

function reactions(seq: number, emoji: string, count: number, by: string, on = true) {
  return { type: "Reactions", room: "lobby", seq, emoji, count, by, on } as const;
}

/** The rows of the conversation. */
function conversation(game: Play): string[] {
  return game.screen().slice(0, -2);
}

Deno.test("an edit and a deletion stand in the message's own place, with who did it if it was somebody else", () => {
  const game = talk();
  game.client(edited(1, "shall we meet at three?", "anna"), edited(9, "nowhere", "anna"));
  assertEquals(conversation(game), [
    "12:00 anna shall we meet at three? (edited)",
    "12:00 zoe yess",
  ]);
  game.client(deleted(1, "anna"), deleted(2, "ben"));
  assertEquals(conversation(game), [
    "12:00 anna × (deleted)",
    "12:00 zoe × (deleted by ben)",
  ]);
});

Deno.test("reactions are counted at the end, one's own with a sign, and go with the last one", () => {
  const game = talk();
  game.client(reactions(1, "👍", 1, "ben"), reactions(1, "🎉", 1, "zoe"));
  game.client(reactions(1, "👍", 2, "zoe"));
  assertEquals(conversation(game)[0], "12:00 anna shall we meet? ┊ 👍 2*  🎉 1*");
  game.client(reactions(1, "👍", 1, "zoe", false), reactions(1, "🎉", 0, "zoe", false));
  assertEquals(conversation(game)[0], "12:00 anna shall we meet? ┊ 👍 1");
});

Deno.test("a reply shows whose words it is to, and these follow an edit and a deletion", () => {
  const game = talk();
  game.message("ben", "me too", { reply: 1 });
  const quote = () => conversation(game).slice(2);
  assertEquals(quote(), ["12:00 ben ↪ anna: shall we meet?", "      me too"]);
  game.client(edited(1, "shall we?", "anna"));
  assertEquals(quote()[0], "12:00 ben ↪ anna: shall we?");
  game.client(deleted(1, "anna"));
  assertEquals(quote()[0], "12:00 ben ↪ anna: × (deleted)");
  assert(!JSON.stringify([...game.model.views]).includes("shall we"), "the words are kept");
});

Deno.test("history comes with all of it, and what a reply is to is found when it is loaded later", () => {
  const game = play();
  game.client(welcome());
  const said = { type: "NewMessage", room: "lobby", at: NOON } as const;
  const page = { type: "HistoryPage", room: "lobby", more: true } as const;
  game.event({
    kind: "page",
    view: "lobby",
    show: false,
    page: {
      ...page,
      messages: [
        { ...said, seq: 5, from: "anna", content: "late", reply: 2 },
        { ...said, seq: 6, from: "anna", content: "", edited: NOON, deleted: true, by: "ben" },
        {
          ...said,
          seq: 7,
          from: "zoe",
          content: "new",
          edited: NOON,
          reactions: [{ emoji: "👍", count: 3 }],
        },
      ],
    },
  });
  assertEquals(conversation(game), [
    "12:00 anna ↪ message 2",
    "      late",
    "12:00 anna × (deleted by ben)",
    "12:00 zoe new (edited) ┊ 👍 3",
  ]);
  const messages = [{ ...said, seq: 2, from: "cleo", content: "early" }];
  game.event({ kind: "page", view: "lobby", show: false, page: { ...page, messages } });
  assertEquals(conversation(game)[1], "12:00 anna ↪ cleo: early");
});

Deno.test("a page that comes behind the news of what was taken back in it does not bring it back", () => {
  const game = play();
  game.client(welcome());
  const said = { type: "NewMessage", room: "lobby", at: NOON, from: "anna" } as const;
  game.client(deleted(1, "anna"), reactions(2, "👍", 1, "ben"));
  const messages = [{ ...said, seq: 1, content: "secret" }, { ...said, seq: 2, content: "two" }];
  const page = { type: "HistoryPage", room: "lobby", messages, more: false } as const;
  game.event({ kind: "page", view: "lobby", show: false, page });
  assertEquals(conversation(game), ["12:00 anna × (deleted)", "12:00 anna two ┊ 👍 1"]);
});

Deno.test("numbers of a history that is over mean nothing in the new one", () => {
  const game = talk();
  game.client(welcome({ epoch: "two" }), edited(1, "other words", "anna"), deleted(2, "zoe"));
  assertEquals(conversation(game).slice(0, 2), ["12:00 anna shall we meet?", "12:00 zoe yess"]);
});

Deno.test("commands mean what was said last: one's own, that of others, that of somebody", () => {
  const game = talk();
  game.message("ben", "late as ever");
  const asked = (line: string) => {
    game.keys(`type:${line}`, "enter");
    return game.effects.map((effect) =>
      effect.kind === "change" ? [effect.seq, effect.change] : effect.kind
    );
  };
  assertEquals(asked("/edit yes"), [[2, { what: "edit", content: "yes" }]]);
  assertEquals(asked("/delete"), [[2, { what: "delete" }]]);
  assertEquals(asked("/delete anna"), [[1, { what: "delete" }]]);
  assertEquals(asked("/react 👍"), [[3, { what: "react", emoji: "👍", on: true }]]);
  game.client(reactions(1, "🎉", 1, "zoe"));
  assertEquals(asked("/react 🎉 @anna"), [[1, { what: "react", emoji: "🎉", on: false }]]);
  game.keys("type:/quote @Anna at three", "enter");
  const [effect] = game.effects;
  assert(effect?.kind === "say", "nothing was said");
  assertEquals([effect.pending.content, effect.pending.reply?.seq], ["at three", 1]);
  assertEquals(conversation(game).slice(-2), [
    "12:00 zoe ↪ anna: shall we meet?",
    "      at three …",
  ]);
  // The last of one's own has no number yet.
  assertEquals(asked("/edit no"), []);
  game.event({
    kind: "unsaid",
    view: "lobby",
    pending: effect.pending,
    sentence: "You are muted.",
  });
  assertEquals(asked("/edit no"), [[2, { what: "edit", content: "no" }]], "it was refused");
  assertEquals(asked("/delete cleo"), []);
});

Deno.test("what others say while a command is typed is not meant by it, but what stood there when it was begun", () => {
  const game = talk();
  const asked = (first: string, meanwhile: () => void, rest: string) => {
    game.keys(`type:${first}`);
    meanwhile();
    game.keys(`type:${rest}`, "enter");
    return game.effects.flatMap((effect) =>
      effect.kind === "change"
        ? [effect.seq]
        : effect.kind === "order" && "seq" in effect.ask
        ? [effect.ask.seq]
        : []
    );
  };
  assertEquals(asked("/delete an", () => game.message("anna", "so?"), "na"), [1]);
  assertEquals(asked("/delete an", () => {}, "na"), [3], "once more means what stands there now");
  assertEquals(asked("/react 👍", () => game.message("ben", "hm"), ""), [3]);
  assertEquals(asked("/report", () => game.message("anna", "well?"), " @anna"), [3]);
  assertEquals(asked("/delete cl", () => game.message("cleo", "hello"), "eo"), []);
  assert(game.screen().join("\n").includes("cleo said that while you typed. Once more if"));
  // One's own word that was on its way when the line was begun is one's last all the same.
  assertEquals(asked("/delete", () => game.message("zoe", "never mind"), ""), [7]);
});

Deno.test("Up in an empty line edits what one said last, and Enter gives it its new words", () => {
  const game = talk();
  const input = () => game.model.edit.text.join("");
  game.keys("up");
  assertEquals(input(), "yess");
  assert(/^Editing \(12:00\) · Enter changes it · Up, Down: /.test(game.rows().at(-2) ?? ""));
  game.keys("backspace", "enter");
  assertEquals(
    game.effects[0]?.kind === "change" && [game.effects[0].seq, game.effects[0].change],
    [
      2,
      { what: "edit", content: "yes" },
    ],
  );
  assertEquals([input(), game.model.aim], ["", undefined]);
  game.client(edited(2, "yes", "zoe"));
  game.keys("up", "enter");
  assertEquals(game.effects, [], "it says that already");
  game.keys("up", "ctrl+u", "enter");
  assertEquals([game.effects, game.model.aim?.seq], [[], 2], "a message needs words");
  game.keys("escape", "type:/names", "enter", "up");
  assertEquals([input(), game.model.aim], ["/names", undefined], "what was typed last comes back");
});

/** Zoe said three things, between those of others. */
function thrice() {
  const game = inLobby();
  for (const n of [1, 2, 3]) {
    game.message("zoe", `mine ${n}`);
    game.message("anna", `hers ${n}`);
  }
  return game;
}

Deno.test("Up again picks what one said before, Down what came after it, and Esc leaves all as it was", () => {
  const game = thrice();
  const input = () => game.model.edit.text.join("");
  const after = (...keys: string[]) => {
    game.keys(...keys);
    return input();
  };
  assertEquals(after("up"), "mine 3");
  assertEquals(after("up"), "mine 2");
  game.client(deleted(1, "zoe"));
  assertEquals(after("up"), "mine 2", "what was deleted is passed over");
  assertEquals(after("down"), "mine 3");
  assertEquals(after("down"), "mine 3");
  assertEquals(after("escape"), "");
  assertEquals(game.model.aim, undefined);
  game.keys("up", "up", "type:!", "up", "down");
  assertEquals([input(), game.model.aim?.seq], ["mine 2!", 3], "what was changed is kept");
  game.keys("enter");
  const [effect] = game.effects;
  assertEquals(effect?.kind === "change" && [effect.seq, effect.change], [
    3,
    { what: "edit", content: "mine 2!" },
  ]);
});

Deno.test("what is edited is never said: not elsewhere, not from a paste, not in a new history", () => {
  const game = thrice();
  game.client({ type: "PrivateMessage", from: "ben", content: "psst", seq: 1, at: NOON });
  game.keys("up", "alt+2");
  assertEquals([game.model.edit.text, game.model.aim], [[], undefined]);
  game.keys("alt+1", "enter");
  assertEquals(game.effects, []);
  game.keys("up");
  game.event({ kind: "key", key: { kind: "paste", text: "a\nb", cut: false } });
  game.keys("enter");
  assertEquals(game.effects, []);
  assertEquals(game.model.edit.text.join(""), "mine 3a\nb");
  game.client(welcome({ epoch: "two" }));
  assertEquals([game.model.edit.text, game.model.aim], [[], undefined]);
});

Deno.test("words that begin with a slash are words where something is edited", () => {
  const game = talk();
  game.keys("up", "ctrl+u", "type:/quit", "enter");
  const [effect] = game.effects;
  assertEquals(effect?.kind === "change" && effect.change, { what: "edit", content: "/quit" });
  assertEquals(game.model.end, undefined);
});

Deno.test("what is edited, reacted with and quoted cannot draw, nor look like another row", () => {
  const unit = fc.constantFrom(..."a漢 \t\n\r[-!\u009b\x07", "\x1b[2J", "\u202e", "\u0301", "🎉");
  const text = fc.string({ unit, minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(text, text, fc.integer({ min: 20, max: 90 }), (words, emoji, columns) => {
      const game = inLobby({ columns, rows: 30 });
      game.message("anna", "one");
      game.message("ben", "two", { reply: 1 });
      game.client(edited(1, words, "anna"), reactions(2, emoji, 1, "anna"));
      game.client(reactions(1, emoji, 1, words));
      for (const row of game.rows()) {
        // deno-lint-ignore no-control-regex -- they are what is looked for
        assert(!/[\x00-\x1f\x7f-\x9f\u202a-\u202e]/u.test(row), JSON.stringify(row));
      }
      const heads = game.rows().filter((row) => /^(\d\d:\d\d )?(?:anna|ben|-|!) /.test(row));
      assertEquals(heads.length, 2, heads.join("\n"));
    }),
    { numRuns: 300 },
  );
});

Deno.test("nobody's words look like a reply to somebody else's, like words that were taken back, or like reactions", () => {
  const game = inLobby();
  game.message("eve", "↪ anna: I resign.\nAgreed.");
  game.message("eve", "\u200b↪\ufe0f anna: I resign.\nAgreed.");
  game.message("eve", "× (deleted by anna)");
  game.message("eve", "hm");
  game.message("eve", "I pay. (edited by anna)");
  game.message("eve", "I am right ┊ 👍 12*");
  game.client(edited(4, "×\u200b (deleted)", "eve"));
  assertEquals(conversation(game), [
    "12:00 eve → anna: I resign.",
    "      Agreed.",
    "12:00 eve → anna: I resign.",
    "      Agreed.",
    "12:00 eve x (deleted by anna)",
    "12:00 eve x (deleted) (edited)",
    "12:00 eve I pay. [edited by anna]",
    "12:00 eve I am right : 👍 12*",
  ]);
});

Deno.test("what is erased loses its name at once, also in a reply that quotes it", () => {
  const game = talk();
  game.message("zoe", "indeed", { reply: 1 });
  game.client(deleted(1, "-"));
  assertEquals(conversation(game), [
    "12:00 (erased) × (deleted)",
    "12:00 zoe yess",
    "12:00 zoe ↪ (erased): × (deleted)",
    "      indeed",
  ]);
});

Deno.test("who edits what is changed or deleted meanwhile, elsewhere or by a moderator, hears of it and keeps his words", () => {
  const game = talk();
  const hears = (words: string) =>
    game.screen().join(" ").includes(`! What you are editing ${words}`);
  game.keys("up", "type:!!");
  game.client(edited(1, "at three?", "anna"));
  assert(!hears(""));
  game.client(edited(2, "yes", "zoe"));
  assert(hears("has other words meanwhile"));
  game.client(deleted(2, "ben"));
  assert(hears("was deleted"));
  assertEquals(game.screen().at(-1), "> yess!!");
});

Deno.test("other words that a message gets elsewhere are there to be edited, and Enter replaces them as it says", () => {
  const game = talk();
  game.keys("up");
  game.client(edited(2, "yes", "zoe"));
  assertEquals(game.screen().at(-1), "> yes", "nothing was written yet");
  assert(!game.screen().join(" ").includes("meanwhile"));
  game.keys("type:!");
  game.client(edited(2, "no", "zoe"));
  game.keys("backspace", "enter");
  const [effect] = game.effects;
  assertEquals(effect?.kind === "change" && effect.change, { what: "edit", content: "yes" });
});

Deno.test("Up edits what one said last also when it got other words elsewhere since it was typed", () => {
  const game = inLobby();
  game.keys("type:at two?", "enter");
  game.message("zoe", "at two?");
  game.event({ kind: "key", key: { kind: "key", name: "escape" } });
  game.client(edited(1, "at three?", "zoe"));
  game.keys("up");
  assertEquals([game.screen().at(-1), game.model.aim?.seq], ["> at three?", 1]);
});
