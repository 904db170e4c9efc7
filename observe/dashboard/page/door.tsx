/**
 * The door: the password of the account is asked for, before anything else is shown.
 *
 * It is in its field alone, which the browser's own keeper of passwords knows, and gone with it; no address and no history
 * has it. The dashboard's process keeps the token that the server gives for it, so it is typed once on a machine.
 *
 * @module
 */

import { type Signal, signal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Told } from "../page_messages.ts";
import { connection } from "./connection.ts";

/** Whose password is asked for, and why; `undefined` once somebody is logged in. */
export const door: Signal<Extract<Told, { type: "door" }> | undefined> = signal(undefined);

const refusal = signal("");
const trying = signal(false);

/** The form. */
export function Door({ name, where, why }: Extract<Told, { type: "door" }>): VNode {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    refusal.value = "";
    field.current?.focus();
  }, []);
  return (
    <main class="door">
      <h1>chat</h1>
      <form
        aria-label="Log in"
        onSubmit={(event) => {
          event.preventDefault();
          if (field.current !== null && !trying.value) void logIn(field.current);
        }}
      >
        <p>{why}</p>
        <label>
          Name
          <input type="text" autocomplete="username" value={name} readOnly />
        </label>
        <label>
          Password
          <input
            ref={field}
            type="password"
            autocomplete="current-password"
            maxLength={1_024}
            required
            aria-describedby="door-why"
          />
        </label>
        <p class="secret-why" id="door-why" role="alert">{refusal.value}</p>
        <button type="submit" class="send" disabled={trying.value}>
          {trying.value ? "Logging in…" : "Log in"}
        </button>
        <p class="note">
          To{" "}
          <span class="link-where">{where}</span>. This machine keeps a token of its own, and asks
          no second time.
        </p>
      </form>
    </main>
  );
}

async function logIn(field: HTMLInputElement): Promise<void> {
  trying.value = true;
  const answer = await connection.ask({ type: "login", password: field.value });
  trying.value = false;
  field.value = "";
  if (answer.kind !== "refused") return;
  refusal.value = answer.sentence;
  field.focus();
}
