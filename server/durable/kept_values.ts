/**
 * Small values under keys of the store: what is known of accounts, of rooms, and of who has read what.
 *
 * @module
 */

import { DamageError, type Store, type Write } from "../../db/mod.ts";
import type { Keeper } from "./keeper.ts";
import type { Waiting } from "./waiting.ts";
import type { KeptValues, Put } from "../store/store_port.ts";
import { RETAIN_KEYS } from "../store/streams.ts";

/** What it works on. */
export interface ValuesParts {
  readonly store: Store;
  readonly waiting: Waiting;
  readonly keeper: Keeper;
  readonly onTrouble: (error: unknown) => void;
}

/** The values of a store. */
export function keptValues({ store, waiting, keeper, onTrouble }: ValuesParts): KeptValues {
  return {
    keys: (prefix) => store.keys(prefix),
    value: (key) => {
      try {
        return store.getNow(key);
      } catch (error) {
        if (!(error instanceof DamageError)) throw error;
        onTrouble(error);
        return undefined;
      }
    },
    has: (key) => {
      try {
        return store.getNow(key) !== undefined;
      } catch (error) {
        if (!(error instanceof DamageError)) throw error;
        return true;
      }
    },
    write: (key, value, settled, goesOn, beside = []) => {
      const puts = [{ key, value }, ...beside];
      const given = puts.reduce((sum, put) => sum + bytesOf(put), 0);
      // What only removes keys makes room.
      const refusal = given === 0 ? undefined : keeper.take(given, undefined, goesOn);
      if (refusal !== undefined) return settled(refusal);
      waiting.take(
        () => {
          if (beside.length > 0) return store.batch(puts.map(writeOf));
          return value === undefined ? store.delete(key) : store.put(key, value);
        },
        (error) => {
          if (puts.some(({ key }) => key.startsWith(RETAIN_KEYS))) keeper.roomChanged();
          settled(error);
        },
      );
    },
  };
}

/** What a key is given, as the store takes it. */
export function writeOf({ key, value }: Put): Write {
  return value === undefined ? { kind: "delete", key } : { kind: "put", key, value };
}

function bytesOf({ key, value }: Put): number {
  return value === undefined ? 0 : key.length + value.length;
}
