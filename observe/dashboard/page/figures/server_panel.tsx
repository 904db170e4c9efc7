/**
 * The server panel: who is online, how much is said, and how the server stands.
 *
 * @module
 */

import type { ComponentChildren, VNode } from "preact";
import type { Second } from "../../page_messages.ts";
import { Figure } from "./figure.tsx";
import { bytes, count, milliseconds, NOTHING, plural } from "../format.ts";
import { Whom } from "./people.tsx";
import { Plot, type Series } from "./plot.tsx";
import { serverFreshness } from "../fresh.ts";
import { lookedServer, pinned, recentServer, server, stores, WINDOW_SECONDS } from "../state.ts";
import { Age, dimmed } from "./age.tsx";
import { Tile } from "./tile.tsx";

const USERS: readonly Series[] = [
  { label: "users", colour: "server", of: ({ users }) => users, show: count },
];
const MESSAGES: readonly Series[] = [
  { label: "delivered", colour: "server", of: ({ server }) => server?.delivered, show: count },
  { label: "said", colour: "second", dashed: true, of: (second) => saidIn(second), show: count },
];
const HEARD: readonly Series[] = [
  { label: "heard", colour: "estimate", of: ({ heard }) => heard, show: count },
];
const LOOP: readonly [Series] = [
  {
    label: "event loop",
    colour: "server",
    of: ({ server }) => server?.loopDelayMs,
    show: milliseconds,
  },
];
const FANOUT: readonly [Series] = [
  {
    label: "fan-out",
    colour: "server",
    of: ({ server }) => server?.fanoutP99Ms,
    show: milliseconds,
  },
];
const MEMORY: readonly Series[] = [
  { label: "memory", colour: "server", of: ({ server }) => server?.memoryBytes, show: bytes },
];
const TRIP: readonly Series[] = [
  {
    label: "round trip",
    colour: "estimate",
    of: ({ roundTripMs }) => roundTripMs,
    show: milliseconds,
  },
];
const SYNC: readonly [Series] = [
  {
    label: "sync p99",
    colour: "server",
    of: ({ server }) => server?.store?.syncP99Ms,
    show: milliseconds,
  },
];
const APPENDS: readonly Series[] = [
  { label: "appends", colour: "server", of: ({ server }) => server?.store?.appends, show: count },
];
const DISK: readonly Series[] = [
  {
    label: "live bytes",
    colour: "server",
    of: ({ server }) => server?.store?.liveBytes,
    show: bytes,
  },
];
const LAG: readonly Series[] = [
  { label: "lag", colour: "server", of: ({ server }) => server?.lagBytes, show: bytes },
];

function saidIn({ server, heard }: Second): number | undefined {
  return server?.taken ?? heard;
}

/** For whom the bytes wait. */
function behind({ server, people }: Second): ComponentChildren {
  if (server === undefined) return "not known";
  if (server.lagBytes === 0) {
    // What the kernel took waits there first: who is slow is not said to be waited for by nobody.
    const slowest = people.find(({ name, slow }) => name !== undefined && slow)?.name;
    if (slowest === undefined) return "nothing queued";
    return <Whom words="in the kernel for" name={slowest} people={people} />;
  }
  if (server.behind === undefined) return "wait for one";
  return <Whom words="wait for" name={server.behind} people={people} />;
}

/** The longest of a time in the seconds that figures are of, each of which has its own percentile. */
function longest(of: (second: Second) => number | undefined): number | undefined {
  const all = recentServer.value.flatMap((second) => of(second) ?? []);
  return all.length === 0 ? undefined : Math.max(...all);
}

/** What a percentile is of, and since when. */
function noteOf(value: number | undefined): string {
  const what = value === undefined ? "none" : "p99";
  return pinned.value === undefined ? `${what} in ${WINDOW_SECONDS} s` : what;
}

/** A time of which the worst is told: it is over when its cause has been gone for as long as it says. */
function TimeTile(
  { name, label, series, least }: {
    readonly name: string;
    readonly label?: string;
    readonly series: readonly [Series];
    readonly least: number;
  },
): VNode {
  const value = longest(series[0].of);
  return (
    <Tile
      name={name}
      origin="server"
      value={milliseconds(value)}
      note={noteOf(value)}
      label={label ?? name.toLowerCase()}
      series={series}
      least={least}
    />
  );
}

/** The server panel. */
export function ServerPanel(): VNode {
  const second = lookedServer.value;
  const full = server.value?.kind === "full";
  const now = second?.server;
  const store = now?.store;
  return (
    <section
      class={dimmed("panel", serverFreshness.value)}
      id="panel-server"
      aria-labelledby="server-title"
    >
      <header class="panel-head">
        <h2 id="server-title">Server</h2>
        {server.value?.kind === "limited" && <p class="panel-note">{server.value.why}</p>}
        {now !== undefined && <p class="panel-note">{plural(now.connections, "connection")}</p>}
        <Age of={serverFreshness.value} />
      </header>
      <div class="figures">
        <Figure name="Users online" origin="server" value={count(second?.users)} size="half">
          <Plot label="users online" series={USERS} show={count} least={4} />
        </Figure>
        {full
          ? (
            <Figure
              name="Messages per second"
              origin="server"
              value={count(now?.delivered)}
              note={
                <>
                  delivered, {count(now?.taken)} said <span aria-hidden="true">(dashed)</span>
                </>
              }
              size="half"
            >
              <Plot
                label="messages per second"
                series={MESSAGES}
                show={count}
                least={10}
              />
            </Figure>
          )
          : (
            <Figure
              name="Messages per second"
              origin="estimate"
              value={count(second?.heard)}
              note={`heard here, ${count(second?.heardTotal)} since the start`}
              size="half"
            >
              <Plot
                label="messages per second"
                series={HEARD}
                show={count}
                least={10}
              />
            </Figure>
          )}
        {full && (
          <>
            <TimeTile name="Event loop delay" series={LOOP} least={10} />
            <TimeTile
              name="Fan-out"
              label="fan-out time"
              series={FANOUT}
              least={5}
            />
            <Tile
              name="Farthest behind"
              origin="server"
              value={bytes(now?.lagBytes)}
              note={second === undefined ? "" : behind(second)}
              label="bytes waiting"
              series={LAG}
              names
              least={10_000}
            />
            <Tile
              name="Memory"
              origin="server"
              value={bytes(now?.memoryBytes)}
              note="resident"
              series={MEMORY}
            />
            {stores.value && (
              <>
                <TimeTile
                  name="Store sync"
                  label="sync time"
                  series={SYNC}
                  least={5}
                />
                <Tile
                  name="Stored"
                  origin="server"
                  value={store === undefined ? NOTHING : `${count(store.appends)}/s`}
                  note={store?.group === undefined ? "" : `${count(store.group)} a sync`}
                  label="appends"
                  series={APPENDS}
                  least={10}
                />
                <Tile
                  name="On disk"
                  origin="server"
                  value={bytes(store?.liveBytes)}
                  note={store === undefined ? "" : `+ ${bytes(store.deadBytes)} dead`}
                  label="bytes on disk"
                  series={DISK}
                />
              </>
            )}
          </>
        )}
        <Tile
          name="Round trip"
          origin="estimate"
          value={milliseconds(second?.roundTripMs)}
          note="from here"
          series={TRIP}
          least={5}
        />
      </div>
    </section>
  );
}
