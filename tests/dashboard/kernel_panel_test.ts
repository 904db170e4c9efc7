/**
 * The kernel panel in a browser, when its figures come from an observer that was started apart.
 *
 * @module
 */

import { replay } from "../../observe/mod.ts";
import { made, snapshot } from "../cli/observe/made.ts";
import { Lines } from "../cli/observe/reading.ts";
import { testWith } from "../skips.ts";
import { BarePage } from "./bare_page.ts";
import { onSocket } from "./pretend_kernel.ts";
import { CHROMIUM, look, setStage } from "./stage.ts";

testWith(
  [CHROMIUM],
  "figures that come late fill the seconds that waited, and what is missing is explained",
  async () => {
    const lines = new Lines();
    lines.tell(made({ events: false }), snapshot(5_000));
    const kernel = { ...onSocket(await replay(lines)), commands: () => ["the command"] };
    await using stage = await setStage({ kernel });
    await using browser = await look(stage.dashboard.url);
    const { page } = browser;
    const panel = page.getByRole("region", { name: "Kernel" });
    await panel.getByText("This observer tells no single calls: start it with --events").waitFor();
    // Two seconds that wait.
    await using bare = await BarePage.open(stage);
    for (let at = 0; at < 2; at++) {
      await bare.next((one) => one.type === "seconds" ? one : undefined, "a second");
    }
    lines.tell(snapshot(5_003));
    // Three times 111 calls, however many seconds they are shared out among.
    await panel.getByText(/^p99 of 333 calls/).waitFor();
    lines.end();
    await panel.getByText("Waiting for the observer at seen: it has ended.").waitFor();
    await panel.getByText("the command", { exact: true }).waitFor();
  },
);
