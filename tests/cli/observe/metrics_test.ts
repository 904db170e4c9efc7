/**
 * The figures for Prometheus: what is in them, and how they are asked for.
 *
 * @module
 */

import { metricsText } from "../../../cli/observe/metrics.ts";
import { answered, openMetricsPort } from "../../../cli/observe/prometheus.ts";
import { recordingHeader, recordingLine, replay } from "../../../observe/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { testWith } from "../../skips.ts";
import { chat } from "../program.ts";
import { histogram, made, snapshot } from "./made.ts";
import { RECORDED, withRecording } from "./recording.ts";

const LOOPBACK = { host: "127.0.0.1", port: 0 };

/** The values by what stands before them. */
function values(text: string): Readonly<Record<string, number>> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return Object.fromEntries(lines.map((line) => {
    const at = line.lastIndexOf(" ");
    return [line.slice("chat_observer_".length, at), Number(line.slice(at + 1))];
  }));
}

Deno.test("sums are counters, in seconds and bytes, and what watching costs is among them", () => {
  const now = snapshot(3, { socketsFull: 9, strays: 4, lost: 2 });
  const found = values(metricsText(made(), now, 1_500));
  assertEquals(found['calls_total{op="send"}'], now.send.calls);
  assertEquals(found['bytes_total{op="recv"}'], now.recv.bytes);
  assertEquals(found["connections"], 3);
  assertEquals(found["start_time_seconds"], made().at / 1_000);
  assertEquals([found["lost_events_total"], found["unlisted_calls_total"]], [2, 9]);
  assertEquals(found["untimed_calls_total"], 4);
  assertEquals(found["process_cpu_seconds_total"], 1.5);
  const share = (found["kernel_run_seconds_total"] ?? 0) /
    (found["kernel_measured_seconds_total"] ?? 0);
  assertEquals(Math.round(share * 1_000), 96);
});

Deno.test("what happened to connections is counted by what it was", () => {
  const connections = {
    ...{ connects: 1, failed: 2, accepts: 3, closes: 4, retransmits: 5 },
    ...{ resetsSent: 6, resetsReceived: 7, overflows: 8, lost: 0 },
  };
  const found = values(metricsText(made(), snapshot(1, { connections })));
  const events = ["connect", "failed", "accept", "close", "retransmit"];
  assertEquals(
    [...events, "reset_sent", "reset_received", "overflow"].map((event) =>
      found[`connection_events_total{event="${event}"}`]
    ),
    [1, 2, 3, 4, 5, 6, 7, 8],
  );
});

Deno.test("what waits to be read is a state, and how old bytes were is a sum of their ages", () => {
  const unread = { ageNs: 2.03e9, bytes: 12_000 };
  const ages = { bytes: 4_000, byteUs: 8_000_000 };
  const found = values(metricsText(made(), snapshot(1, { unread, ages })));
  assertEquals([found["oldest_unread_seconds"], found["unread_bytes"]], [2.03, 12_000]);
  assertEquals([found["aged_bytes_total"], found["byte_age_seconds_total"]], [4_000, 8]);
});

Deno.test("a histogram's buckets grow up to its count, with the kernel's bounds in seconds", () => {
  const delays = { ...histogram({ 0: 2, 13: 5, 31: 1 }), count: 9 };
  const text = metricsText(made(), snapshot(1, { delays }));
  const bucket =
    /^chat_observer_arrival_to_read_seconds_bucket\{le="(?<le>[^"]+)"\} (?<count>\d+)$/gm;
  const found = [...text.matchAll(bucket)].map(({ groups }) => groups ?? {});
  const bounds = found.map(({ le }) => le === "+Inf" ? Infinity : Number(le));
  assertEquals([bounds[0], bounds[13], bounds.at(-1)], [2 ** 8 / 1e9, 2 ** 21 / 1e9, Infinity]);
  assertEquals(bounds, bounds.toSorted((one, other) => one - other));
  const counts = found.map(({ count }) => Number(count));
  assertEquals([counts[0], counts[12], counts[13], counts.at(-1)], [2, 2, 7, 8]);
  // One was counted while the slots were read.
  assertEquals(values(text)["arrival_to_read_seconds_count"], 8);
  assertEquals(values(text)["arrival_to_read_seconds_sum"], delays.sumNs / 1e9);
});

Deno.test("what is not known is left out, and a name cannot break out of its label", () => {
  const { cost: _, ...bare } = snapshot(1, {
    delays: histogram({}),
    functions: { 'a"b\\c\nd': 1 },
  });
  const text = metricsText(made(), bare);
  assert(!/arrival_to_read|kernel_|process_cpu/.test(text), text);
  assert(text.includes('function_calls_total{function="a\\"b\\\\c\\nd"} 1\n'), text);
});

testWith(["promtool"], "promtool finds nothing to say about the observer's metrics", async () => {
  const child = new Deno.Command("promtool", {
    args: ["check", "metrics"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const text = metricsText(made(), snapshot(3, { socketsFull: 1, strays: 1 }), 1);
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const decoded = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals([code, decoded(stdout) + decoded(stderr)], [0, ""]);
});

Deno.test("the figures that were told last are answered, by one path, to who reads", async () => {
  const port = openMetricsPort(LOOPBACK);
  const url = /http:\S+/.exec(port.where)?.[0] ?? "";
  const ask = async (path: string, method = "GET") => {
    const answer = await fetch(new URL(path, url), { method });
    return [answer.status, await answer.text()] as const;
  };
  assertEquals(await ask("/metrics"), [503, "Nothing is watched yet.\n"]);
  const lines = ReadableStream.from([recordingHeader(), ...RECORDED.map(recordingLine)]);
  {
    await using observer = answered(await replay(lines), port, false);
    assertEquals(values((await ask("/metrics"))[1])['calls_total{op="send"}'], 0);
    for await (const { kind } of observer) {
      if (kind === "snapshot") break;
    }
    const [status, text] = await ask("/metrics");
    assertEquals(status, 200);
    assert((values(text)['calls_total{op="send"}'] ?? 0) > 0, text);
    assertEquals(await ask("/metrics", "HEAD"), [200, ""]);
    assertEquals((await ask("/metrics", "POST"))[0], 405);
    assertEquals((await ask("/"))[0], 404);
    assert(!text.includes("127.0.0.1") && !text.includes("192.0.2.17"), text);
  }
  await port[Symbol.asyncDispose]();
  await fetch(url).then(() => assert(false, "It still answers"), () => {});
});

Deno.test("--prometheus says where, ends with the observation, and says why it cannot listen", async () => {
  await withRecording(async (path) => {
    const run = (address: string) => chat(["observe", "--replay", path, "--prometheus", address]);
    const { code, out } = await run("127.0.0.1:0");
    assertEquals(code, 0);
    assert(/^Metrics for Prometheus: http:\/\/127\.0\.0\.1:\d+\/metrics$/m.test(out), out);
    assert(out.includes("666 calls in 0.3 s"), out);
    using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const where = `127.0.0.1:${taken.addr.port}`;
    const refused = await run(where);
    assertEquals([refused.code, refused.err], [
      1,
      `chat: Cannot listen on ${where}: the port is in use.\n`,
    ]);
  });
});
