/**
 * The strip above the dashboard says what is wrong with a real server, in a real browser, and nothing below it moves when it does.
 *
 * @module
 */

import { durableStore } from "../../server/mod.ts";
import { assertEquals } from "../assert.ts";
import { HandDisk } from "../server/durable/hand_disk.ts";
import { folder } from "../server/durable/place.ts";
import { testWith } from "../skips.ts";
import { CHROMIUM, look, seriousFaults, setStage } from "./stage.ts";

testWith(
  [CHROMIUM],
  "a disk that holds up what is said is named by the strip until it goes on, and so is who reads nothing",
  async () => {
    using place = folder();
    const disk = new HandDisk(place.path);
    const store = await durableStore(place.path, {
      durability: "durable",
      storage: disk.storage,
    });
    await using stage = await setStage({ serve: { store, limits: { messagesPerSecond: 0 } } });
    const anna = await stage.enter("Anna");
    await anna.say("first");
    await using browser = await look(`${stage.origin}/#${stage.token}`);
    const { page, complaints } = browser;
    const strip = page.getByRole("region", { name: "Verdict" });
    const says = (text: RegExp) => strip.getByRole("status").getByText(text).waitFor();
    await says(/^Good\.$/);
    const box = await strip.boundingBox();
    const sync = disk.hold("held");
    const said = anna.say("held");
    // Where the test fails before that, what is wrong is not this.
    said.catch(() => {});
    await sync.arrived();
    await says(/^(Slow|Failing): the disk\.$/);
    await strip.locator(".most").getByText("disk").waitFor();
    assertEquals((await strip.boundingBox())?.height, box?.height);
    assertEquals(await seriousFaults(page), []);
    sync.release();
    await said;
    await says(/^Good\.$/);
    const sloth = await Deno.connect({ port: stage.server.port });
    try {
      await sloth.write(new TextEncoder().encode("Sloth\n"));
      await page.getByText("Sloth joined").first().waitFor();
      const content = "x".repeat(8_000);
      for (let batch = 0; batch < 10; batch++) {
        await Promise.all(Array.from({ length: 100 }, () => anna.say(content)));
      }
      const reader = strip.getByRole("group", { name: "Slowest reader" });
      await reader.getByText("Sloth").waitFor();
      await reader.getByText(/ % to the cut-off$/).waitFor();
    } finally {
      sloth.close();
    }
    assertEquals(complaints, []);
  },
);
