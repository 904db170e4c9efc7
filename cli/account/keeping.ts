/**
 * What a client that stays keeps of accounts on this machine, when its user registers or logs a device out.
 *
 * @module
 */

import type { Welcome } from "../../server/wire/mod.ts";
import type { Address } from "../values.ts";
import { KeptDevices } from "./kept_devices.ts";
import { machineName } from "./proof.ts";

/** The tokens of one server. */
export interface Keeping {
  /** What this machine calls itself. */
  readonly machine: string;
  /** Keeps the token that a welcome brings, if it brings one. */
  keep(welcome: Welcome): Promise<void>;
  /** Forgets that of an account. */
  forget(name: string): Promise<void>;
}

/** What is kept for one server. To be asked for while the environment may be read. */
export function keepingFor(server: Address): Keeping {
  const kept = new KeptDevices(server);
  return {
    machine: machineName(),
    async keep({ username: name, device: token, deviceId }) {
      if (token === undefined) return;
      await kept.keep({ name, token, ...(deviceId === undefined ? {} : { device: deviceId }) });
    },
    forget: (name) => kept.forget(name),
  };
}
