/**
 * Accounts: made once, proved by password or device, changed and removed; all of it kept.
 *
 * @module
 */

import type { Accounts, Done, Proved, Refusal } from "../../../server/accounts/accounts.ts";
import { Hasher } from "../../../server/accounts/hasher.ts";
import {
  ACCOUNTS_KEPT_SHARE,
  DEVICES_MAX,
  LEFT_MS,
  SEEN_MS,
} from "../../../server/accounts/limits.ts";
import { type KeptValues, StorageError } from "../../../server/store/store_port.ts";
import { fold, type UserName } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import type { TriedFrom } from "../../../server/accounts/guesses.ts";
import { address, CHEAP, EXEMPT, named, place } from "./place.ts";

const ANNA = named("Anna");
const KEY = fold(ANNA);
const PASSWORD = "correct horse";

function proved(outcome: Proved | Refusal): Proved {
  assert(outcome.kind === "proved", JSON.stringify(outcome));
  return outcome;
}

function code(outcome: Proved | Done | Refusal): string {
  return outcome.kind === "refused" ? outcome.code : outcome.kind;
}

async function registered(accounts: Accounts): Promise<Proved> {
  return proved(await accounts.register({ name: ANNA, password: PASSWORD, device: {} }));
}

function show(accounts: Accounts, password: string, name = ANNA) {
  return accounts.showPassword({ name, password, from: EXEMPT, device: { name: "phone" } });
}

Deno.test("an account is proved by its password and by its device's token, and by nothing else", async () => {
  const { accounts } = place();
  const made = await registered(accounts);
  assert(made.token !== undefined && made.token.length >= 43 && made.device !== undefined);
  const again = proved(await show(accounts, PASSWORD));
  assertEquals([again.name, again.identity, again.role], [ANNA, made.identity, "user"]);
  assert(again.device !== made.device && again.token !== made.token);
  assertEquals(proved(accounts.showDevice(ANNA, made.token)).device, made.device);
  assertEquals(proved(accounts.showDevice(named("ANNA"), made.token)).name, ANNA);
  for (
    const wrong of ["correct horsE", "correct horse ", " correct horse", "", "x".repeat(5_000)]
  ) {
    assertEquals(code(await show(accounts, wrong)), "auth_failed", wrong);
  }
  for (const wrong of ["", "x", made.device, again.identity, `${made.token}x`]) {
    assertEquals(code(accounts.showDevice(ANNA, wrong)), "auth_failed", wrong);
  }
  assertEquals(code(accounts.showDevice(named("Bob"), made.token)), "auth_failed");
});

Deno.test("a password in another form of Unicode is the same one", async () => {
  const { accounts } = place();
  proved(await accounts.register({ name: ANNA, password: "caf\u00e9 au lait" }));
  proved(await show(accounts, "cafe\u0301 au lait"));
});

Deno.test("a name is one account's, also folded and by its looks", async () => {
  const { accounts } = place();
  await registered(accounts);
  for (const name of ["Anna", "ANNA", "anna"]) {
    assertEquals(accounts.ownerOf(named(name)), { kind: "own", key: KEY, name: ANNA });
    const outcome = await accounts.register({ name: named(name), password: PASSWORD });
    assertEquals(code(outcome), "name_taken");
  }
  // Capital i and small L, and Cyrillic letters.
  for (const [own, alike] of [["lan", "Ian"], ["copa", "\u0441\u043e\u0440\u0430"]] as const) {
    proved(await accounts.register({ name: named(own), password: PASSWORD }));
    assertEquals(accounts.ownerOf(named(alike)), { kind: "alike", name: named(own) });
    const outcome = await accounts.register({ name: named(alike), password: PASSWORD });
    assertEquals(code(outcome), "name_taken");
  }
});

Deno.test("of many who register one name at once one gets it", async () => {
  const { accounts } = place();
  const names = ["Anna", "anna", "ANNA", "aNNa"].map(named);
  const all = await Promise.all(
    Array.from(
      { length: 40 },
      (_, n) => accounts.register({ name: names[n % 4] ?? ANNA, password: `password ${n}` }),
    ),
  );
  assertEquals(all.filter(({ kind }) => kind === "proved").length, 1);
  assertEquals(accounts.size, 1);
  const winner = all.findIndex(({ kind }) => kind === "proved");
  proved(await show(accounts, `password ${winner}`));
});

Deno.test("a guest's secret is spent with the account or not at all, and no other account's meanwhile", async () => {
  const { values } = place();
  const state = { isFull: true };
  const broken: KeptValues = {
    ...values,
    write: (key, value, settled, ...how) =>
      state.isFull && key.startsWith("account/")
        ? settled(new StorageError("Full"))
        : values.write(key, value, settled, ...how),
  };
  const { accounts, again } = place({ values: broken });
  const identity = "s".repeat(40);
  const asGuest = (name: UserName) => accounts.register({ name, password: PASSWORD, identity });
  assertEquals(code(await asGuest(ANNA)), "storage");
  assert(!accounts.spent.has(identity));
  state.isFull = false;
  const both = await Promise.all([asGuest(ANNA), asGuest(named("Bob"))]);
  assertEquals(both.map(code), ["proved", "forbidden"]);
  assertEquals([again().spent.has(identity), again().size], [true, 1]);
  assertEquals(code(await asGuest(named("Cleo"))), "forbidden");
});

Deno.test("what was acknowledged is there after a restart", async () => {
  const { accounts, again } = place();
  const { token = "", identity } = await registered(accounts);
  assertEquals((await accounts.setRole(KEY, "operator")).kind, "done");
  const later = again();
  assertEquals(later.size, 1);
  const back = proved(later.showDevice(ANNA, token));
  assertEquals([back.identity, back.role, back.token], [identity, "operator", undefined]);
  proved(await show(later, PASSWORD));
});

Deno.test("a password that the store did not take is not the account's, and the name is free again", async () => {
  let refuses = true;
  const { values } = place();
  const broken: KeptValues = {
    ...values,
    write: (key, value, settled) =>
      refuses
        ? queueMicrotask(() => settled(new StorageError("Full")))
        : values.write(key, value, settled),
  };
  const { accounts } = place({ values: broken });
  const outcome = await accounts.register({ name: ANNA, password: PASSWORD });
  assertEquals([code(outcome), accounts.size, accounts.ownerOf(ANNA)], ["storage", 0, undefined]);
  refuses = false;
  await registered(accounts);
  refuses = true;
  assertEquals(code(await accounts.setPassword(KEY, "another password")), "storage");
  assertEquals(code(await accounts.remove(KEY)), "storage");
  assertEquals(code(await show(accounts, "another password")), "auth_failed");
  assertEquals(accounts.ownerOf(ANNA)?.kind, "own");
  const { token, device } = proved(await show(accounts, PASSWORD));
  assertEquals([token, device], [undefined, undefined], "a device that is not kept is none");
  refuses = false;
  proved(await show(accounts, PASSWORD));
});

Deno.test("passwords have 8 to 256 characters and are not the name", async () => {
  const { accounts } = place();
  const name = named("Annalena");
  for (
    const bad of [
      "",
      "1234567",
      "x".repeat(257),
      "annalena",
      "\ud800 not well",
      "e\u0301".repeat(7),
    ]
  ) {
    const outcome = await accounts.register({ name, password: bad });
    assertEquals(code(outcome), "invalid", bad);
    assert(outcome.kind === "refused" && /^A password .*\.$/.test(outcome.msg ?? ""));
  }
  for (const good of ["12345678", "        ", "\u{1f600}".repeat(8), "x".repeat(256)]) {
    const { accounts } = place();
    proved(await accounts.register({ name, password: good }));
    proved(await accounts.showPassword({ name, password: good, from: EXEMPT }));
  }
});

Deno.test("an owner changes its password with the old one, and its devices stay", async () => {
  const { accounts } = place();
  const { token = "" } = await registered(accounts);
  const from = EXEMPT;
  const change = (old: string, password: string) =>
    accounts.setPassword(KEY, password, { password: old, from });
  assertEquals(code(await change("wrong one", "new password")), "auth_failed");
  assertEquals(code(await change(PASSWORD, "short")), "invalid");
  assertEquals(code(await change(PASSWORD, "new password")), "done");
  assertEquals(code(await show(accounts, PASSWORD)), "auth_failed");
  proved(await show(accounts, "new password"));
  proved(accounts.showDevice(ANNA, token));
});

Deno.test("an operator's new password takes the devices' tokens, and removing an account frees its name", async () => {
  const { accounts } = place();
  const { token = "", identity } = await registered(accounts);
  assertEquals(code(await accounts.setPassword(KEY, "new password")), "done");
  assertEquals(code(accounts.showDevice(ANNA, token)), "auth_failed");
  proved(await show(accounts, "new password"));
  assertEquals(code(await accounts.remove(KEY)), "done");
  assertEquals([accounts.size, accounts.ownerOf(ANNA)], [0, undefined]);
  assertEquals(code(await accounts.remove(KEY)), "not_found");
  assert(
    (await registered(accounts)).identity !== identity,
    "who has the name later is somebody else",
  );
});

Deno.test("a login that is under way when the password changes or the account goes is refused", async () => {
  const { accounts } = place();
  await registered(accounts);
  const [login] = await Promise.all([show(accounts, PASSWORD), accounts.remove(KEY)]);
  assertEquals(code(login), "auth_failed");
  assertEquals(accounts.size, 0);
});

Deno.test("an account has so many devices at most, and the one that was seen least lately goes", async () => {
  const here = new Set<string>();
  const { accounts, clock } = place({ isHere: (_, device) => here.has(device) });
  const first = await registered(accounts);
  here.add(first.device ?? "");
  const second = proved(await show(accounts, PASSWORD));
  for (let n = 2; n < DEVICES_MAX; n++) {
    clock.now += 1_000;
    proved(await show(accounts, PASSWORD));
  }
  assertEquals(accounts.read(KEY)?.devices.length, DEVICES_MAX);
  clock.now += 2 * SEEN_MS;
  const last = proved(await show(accounts, PASSWORD));
  assertEquals(accounts.read(KEY)?.devices.length, DEVICES_MAX);
  assertEquals(code(accounts.showDevice(ANNA, second.token ?? "")), "auth_failed");
  proved(accounts.showDevice(ANNA, first.token ?? ""));
  proved(accounts.showDevice(ANNA, last.token ?? ""));
});

Deno.test("a thousand logins at once leave an account with the devices that it may have", async () => {
  const { accounts } = place({ hasher: new Hasher({ cost: CHEAP, waitingMax: 2_000 }) });
  await registered(accounts);
  for (let n = 0; n < 10; n++) {
    await Promise.all(Array.from({ length: 100 }, () => show(accounts, PASSWORD)));
  }
  assertEquals(accounts.read(KEY)?.devices.length, DEVICES_MAX);
});

Deno.test("a revoked device has to show the password again", async () => {
  const { accounts } = place();
  const { token = "", device = "" } = await registered(accounts);
  assertEquals(code(await accounts.revoke(KEY, "unknown")), "not_found");
  assertEquals(code(await accounts.revoke(KEY, device)), "done");
  assertEquals(code(accounts.showDevice(ANNA, token)), "auth_failed");
});

Deno.test("when a device was seen is written at most once an hour, and when it left to the minute", async () => {
  const written: string[] = [];
  const { values } = place();
  const counting: KeptValues = {
    ...values,
    write: (key, value, settled) => {
      written.push(key);
      values.write(key, value, settled);
    },
  };
  const { accounts, clock } = place({ values: counting });
  const { token = "", device = "" } = await registered(accounts);
  const seen = () => accounts.read(KEY)?.devices[0]?.seen ?? 0;
  for (let n = 0; n < 100; n++) {
    clock.now += SEEN_MS / 50;
    accounts.showDevice(ANNA, token);
  }
  assertEquals(written.length, 1 + 2);
  assert(clock.now - seen() < SEEN_MS);
  // Who has left was here until then, to the minute in which it is shown; who comes and goes all the time writes no more.
  clock.now += LEFT_MS;
  accounts.seen(KEY, device);
  assertEquals([seen(), written.length], [clock.now, 4]);
  for (let n = 0; n < 100; n++) {
    clock.now += LEFT_MS / 50;
    accounts.seen(KEY, device);
  }
  assertEquals(written.length, 4 + 2);
  assert(clock.now - seen() < LEFT_MS);
});

Deno.test("a weaker hash is made stronger at the next login with the password", async () => {
  const { accounts, again } = place();
  await registered(accounts);
  assertEquals(accounts.read(KEY)?.password.cost, CHEAP);
  const cost = { memoryKib: 128, passes: 2, lanes: 1 };
  const later = again({ hasher: new Hasher({ cost }) });
  const { token = "" } = proved(await show(later, PASSWORD));
  assertEquals(later.read(KEY)?.password.cost, cost);
  proved(later.showDevice(ANNA, token));
  proved(await show(later, PASSWORD));
});

Deno.test("a name without an account takes as many hashes as a wrong password", async () => {
  const { accounts, hasher } = place();
  await registered(accounts);
  const hashes = async (name: string, password: string): Promise<number> => {
    const before = hasher.count;
    assertEquals(code(await show(accounts, password, named(name))), "auth_failed");
    return hasher.count - before;
  };
  assertEquals(await hashes("Anna", "wrong password"), 1);
  assertEquals(await hashes("Nobody", "wrong password"), 1);
  assertEquals(await hashes("Anna", "short"), 1);
  assertEquals(await hashes("Nobody", "x".repeat(100_000)), 1);
});

Deno.test("too many hashes at once are refused with busy and a wait, and cost nobody a try", async () => {
  const hasher = new Hasher({ cost: CHEAP, atOnce: 1, waitingMax: 2 });
  const { accounts } = place({ hasher });
  await registered(accounts);
  const from = address(1);
  const all = await Promise.all(
    Array.from(
      { length: 15 },
      () => accounts.showPassword({ name: ANNA, password: PASSWORD, from }),
    ),
  );
  const refused = all.filter(({ kind }) => kind === "refused") as Refusal[];
  assertEquals([all.length - refused.length, refused.length], [3, 12]);
  assert(refused.every(({ code, wait = 0 }) => code === "busy" && wait > 0));
  for (let n = 0; n < 15; n++) {
    proved(await accounts.showPassword({ name: ANNA, password: PASSWORD, from }));
  }
});

Deno.test("guesses at a name run dry from wherever they come, and its devices come in all the same", async () => {
  const { accounts, clock } = place();
  const { token = "" } = await registered(accounts);
  const guess = (n: number) =>
    accounts.showPassword({ name: ANNA, password: `guess number ${n}`, from: address(n) });
  const outcomes = [];
  for (let n = 0; n < 100; n++) outcomes.push(code(await guess(n)));
  const looked = outcomes.filter((one) => one === "auth_failed").length;
  assertEquals(outcomes.filter((one) => one === "rate_limited").length, 100 - looked);
  assertEquals(looked, 20);
  assertEquals(code(await show(accounts, PASSWORD)), "rate_limited");
  proved(accounts.showDevice(ANNA, token));
  clock.now += 20_000;
  proved(await show(accounts, PASSWORD));
});

Deno.test("guesses from one address run dry over whatever names, its site's other addresses included", async () => {
  const { accounts } = place();
  const outcomes = [];
  for (let n = 0; n < 30; n++) {
    const name = named(`user${n}`);
    outcomes.push(
      code(await accounts.showPassword({ name, password: "a password", from: address(n, 7) })),
    );
  }
  assertEquals(outcomes.filter((one) => one === "auth_failed").length, 20);
  const other = await accounts.showPassword({
    name: ANNA,
    password: "a password",
    from: address(1, 8),
  });
  assertEquals(code(other), "auth_failed");
});

Deno.test("an owner is told of wrong passwords once, in a sum", async () => {
  const told: string[] = [];
  const { accounts, clock } = place({ onWrong: (key) => void told.push(key) });
  await registered(accounts);
  for (let n = 0; n < 3; n++) await show(accounts, "wrong password");
  await show(accounts, "wrong password", named("Nobody"));
  assertEquals(told, [KEY, KEY, KEY]);
  const { guesses } = accounts;
  assertEquals([guesses.wrong(KEY, true, clock.now), guesses.wrong(KEY, true, clock.now)], [0, 0]);
  assertEquals([guesses.missed(KEY, clock.now), guesses.missed(KEY, clock.now)], [2, 0]);
  assertEquals(guesses.wrong(KEY, false, clock.now + 1), 0);
  assertEquals(guesses.wrong(KEY, false, clock.now + 60_001), 2);
});

Deno.test("what stands in a store is believed only if it can be an account's", async () => {
  const { accounts, values, again } = place();
  await registered(accounts);
  const [key = ""] = values.keys("account/");
  const good = new TextDecoder().decode(values.value(key));
  const put = (key: string, text: string) =>
    values.write(key, new TextEncoder().encode(text), () => {});
  put("account/bob/Bobby", good);
  put("account/eve/Eve", "{");
  put("account/server/Server", good);
  put("account//", good);
  const later = again();
  assertEquals([...later.namesBehind(undefined, 10)], [KEY, "eve"]);
  assertEquals(later.read(named("eve") as unknown as typeof KEY), undefined);
  assertEquals(code(await show(later, PASSWORD, named("Eve"))), "auth_failed");
  for (
    const [from, to] of [['"memoryKib":64', '"memoryKib":99999999'], [
      '"role":"user"',
      '"role":"god"',
    ]]
  ) {
    put(key, good.replace(from ?? "", to ?? ""));
    assertEquals(again().read(KEY), undefined);
  }
});

Deno.test("a start reads the names of all accounts, and nothing that is kept of them", async () => {
  const { accounts, values, again } = place();
  for (let n = 0; n < 100; n++) {
    proved(await accounts.register({ name: named(`User-${n}`), password: PASSWORD }));
  }
  const read: string[] = [];
  const counting: KeptValues = {
    ...values,
    value: (key) => {
      read.push(key);
      return values.value(key);
    },
  };
  const later = again({ values: counting });
  assertEquals([later.size, read.length], [100, 0]);
  assertEquals(later.ownerOf(named("USER-7")), {
    kind: "own",
    key: fold(named("user-7")),
    name: named("User-7"),
  });
  proved(await show(later, PASSWORD, named("user-7")));
  assert(read.length > 0 && new Set(read).size === 1);
});

Deno.test("there are so many accounts at most, and the next one is told so", async () => {
  const { accounts } = place({ accountsMax: 2 });
  for (const name of ["One", "Two"]) {
    proved(await accounts.register({ name: named(name), password: PASSWORD }));
  }
  const outcome = await accounts.register({ name: named("Three"), password: PASSWORD });
  assertEquals(code(outcome), "busy");
});

Deno.test("a crowd that registers leaves some places to those whom operators want", async () => {
  const accountsMax = ACCOUNTS_KEPT_SHARE;
  const { accounts } = place({ accountsMax });
  const register = async (name: string, from?: TriedFrom) =>
    code(
      await accounts.register({
        name: named(name),
        password: PASSWORD,
        ...(from === undefined ? {} : { from }),
      }),
    );
  for (let n = 1; n < accountsMax; n++) {
    assertEquals(await register(`crowd${n}`, EXEMPT), "proved");
  }
  assertEquals(await register("one.more", EXEMPT), "busy");
  assertEquals(await register("wanted"), "proved");
  assertEquals(await register("too.many"), "busy");
});
