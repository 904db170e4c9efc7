/**
 * Does what the machines of transfers want: asks the server, works with the place, waits. What comes of it goes back as an
 * event.
 *
 * @module
 */

import type { Addressee, Client } from "../client_types.ts";
import type { Incoming, InEffect, InEvent } from "./incoming.ts";
import type { OutEffect, OutEvent, Outgoing } from "./outgoing.ts";
import type { Tasks } from "./tasks.ts";
import type { Telling } from "./telling.ts";
import type { Timers } from "./timers.ts";
import type { News, TransferView } from "./transfer.ts";
import type { Transfer } from "./view.ts";
import type { Work } from "./work.ts";

/** What effects work on, and who hears of what they come to. */
export interface EffectsParts {
  readonly client: Client;
  readonly work: Work;
  readonly tasks: Tasks;
  readonly timers: Timers;
  readonly telling: Telling;
  readonly onIn: (n: number, event: InEvent | undefined) => void;
  readonly onOut: (n: number, event: OutEvent | undefined) => void;
  /** The server has given an offer of ours a name. */
  readonly onNamed: (id: string, n: number) => void;
  readonly onSpawn: (spawn: Extract<OutEffect, { do: "spawn" }>, of: Outgoing) => void;
  readonly onNews: (news: News) => void;
  readonly view: (transfer: Transfer) => TransferView;
}

/** Performs effects. */
export class Effects {
  readonly #parts: EffectsParts;

  constructor(parts: EffectsParts) {
    this.#parts = parts;
  }

  /** For a file that comes. */
  onIn(transfer: Incoming, effect: InEffect): void {
    const { client, work, tasks, timers, telling, onIn, onNews, view } = this.#parts;
    const { n, from, offer } = transfer;
    const named = (id: string) => ({ from, filename: offer.name, offer: id });
    switch (effect.do) {
      case "slot":
        return;
      case "prepare":
        return tasks.run(async () => void onIn(n, await work.prepare(n, offer)));
      case "accept":
        return tasks.ask(
          () => client.acceptFile(named(effect.id), effect.offset),
          (code, reason) => onIn(n, { kind: "refused", code, reason }),
        );
      case "reject": {
        const { id, hindrance } = effect;
        telling.begin(n);
        return tasks.ask(async () => {
          await client.rejectFile(named(id), hindrance).finally(() => telling.end(n));
          onIn(n, { kind: "told", id });
        });
      }
      case "cancel":
        return tasks.ask(() => client.cancelFile(effect.id));
      case "confirm": {
        const { id, sha256, stale } = effect;
        telling.begin(n, stale);
        return tasks.ask(async () => {
          await client.confirmFile(named(id), sha256);
          telling.end(n);
          onIn(n, { kind: "told", id });
        }, () => telling.refused(n));
      }
      case "download":
        return tasks.run(async () => void onIn(n, await work.download(n, effect.token)));
      case "drop":
        return tasks.run(() => work.drop(n));
      case "retry":
        return timers.again(n, "retry", effect.ms, () => onIn(n, { kind: "retry" }));
      case "resuming": {
        const { offset } = effect;
        return onNews({ kind: "resuming", transfer: view(transfer), offset });
      }
      case "stopped": {
        const { reason, hindrance } = effect;
        return onNews({ kind: "stopped", transfer: view(transfer), reason, hindrance });
      }
      default:
        effect satisfies never;
    }
  }

  /** For a file that goes. */
  onOut(transfer: Outgoing, effect: OutEffect): void {
    const { client, work, tasks, timers, onOut, onSpawn, onNews, view: viewOf } = this.#parts;
    const { n, source } = transfer;
    switch (effect.do) {
      case "slot":
        return;
      case "offer":
        return tasks.run(() => this.#offer(n, transfer));
      case "upload":
        if (source === undefined) return;
        return tasks.run(async () => void onOut(n, await work.upload(n, source, effect)));
      case "cancel":
        return tasks.ask(() => client.cancelFile(effect.id));
      case "drop":
        return tasks.run(() => work.drop(n));
      case "retry":
        return timers.again(n, "retry", effect.ms, () => onOut(n, { kind: "retry" }));
      case "accepted": {
        const view = viewOf(transfer);
        const { by, offset } = effect;
        onNews({ kind: "accepted", transfer: view, by });
        if (offset > 0 && offset < (view.size ?? 0)) {
          onNews({ kind: "resuming", transfer: view, offset });
        }
        return;
      }
      case "spawn":
        return onSpawn(effect, transfer);
      default:
        effect satisfies never;
    }
  }

  async #offer(n: number, { source, to, tag: known }: Outgoing): Promise<void> {
    const { client, work, tasks, onOut, onNamed } = this.#parts;
    if (source === undefined) return;
    const changed = await work.demandSame(source);
    if (changed !== undefined) return void onOut(n, changed);
    const { name: filename, size, sha256 } = source;
    const file = { filename, size, ...(sha256 === undefined ? {} : { sha256 }) };
    tasks.ask(async () => {
      let addressee: Addressee = to;
      if ("user" in to) {
        // Before the first offer: a break may leave no answer that tells who was offered it.
        const tag = known ?? await client.tagOf(to.user);
        if (tag !== undefined) onOut(n, { kind: "met", tag });
        addressee = { ...to, tag };
      }
      const ack = await client.offerFile(file, addressee);
      onNamed(ack.offer, n);
      onOut(n, { kind: "ack", id: ack.offer, users: ack.users ?? 1 });
    }, (code, reason) => onOut(n, { kind: "refused", code, reason }));
  }
}
