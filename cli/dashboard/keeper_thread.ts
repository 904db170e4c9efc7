/**
 * The thread behind `keeper.ts`: it writes tokens of devices and whom somebody ignores, one after the other, and may do nothing else.
 *
 * @module
 */

import { KeptDevices } from "../account/kept_devices.ts";
import { KeptIgnored } from "../account/kept_ignored.ts";
import type { KeeperOutcome, KeeperPlace, KeeperTask } from "./keeper.ts";

declare const self: {
  onmessage: ((event: MessageEvent<KeeperPlace | KeeperTask>) => void) | null;
  postMessage(outcome: "ready" | KeeperOutcome): void;
};

let devices: KeptDevices | undefined;
let ignored: KeptIgnored | undefined;

self.onmessage = ({ data }) => {
  if ("server" in data) {
    const { server, state } = data;
    devices = new KeptDevices(server, `${state}/chat/devices`);
    ignored = new KeptIgnored(server, state);
    return self.postMessage("ready");
  }
  const { n } = data;
  done(data).then(
    () => self.postMessage({ n }),
    (error) => self.postMessage({ n, why: error instanceof Error ? error.message : String(error) }),
  );
};

async function done(task: KeeperTask): Promise<void> {
  if (task.kind === "token") await devices?.keep(task.device);
  else await ignored?.keep(task.name, task.on);
}
