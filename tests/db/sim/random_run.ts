/**
 * A long run that follows from a seed.
 *
 * @module
 */

import { Session, type SessionOptions } from "./session.ts";
import { seeded } from "./world.ts";

/** Runs `steps` random writes and restarts; the session's trace is what there is to crash. */
export async function randomRun(
  seed: number,
  steps: number,
  options: Pick<SessionOptions, "durability"> = {},
): Promise<Session> {
  const random = seeded(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const segmentBytes = [256, 700, 2000, 10_000][below(4)] ?? 700;
  const session = new Session({ ...options, seed, segmentBytes });
  await session.open();
  let messages = 0;
  for (let step = 0; step < steps; step++) {
    const stream = `s${below(3)}`;
    const body = "x".repeat(random() < 0.1 ? below(2000) : below(40)) + messages++;
    const choice = below(100);
    if (choice < 45) session.append(stream, body, 1000 + below(50));
    else if (choice < 55) session.batch([[stream, body], [`s${below(3)}`, "b"]], `k${below(3)}`);
    else if (choice < 62) session.put(`k${below(4)}`, body);
    else if (choice < 65) session.delete(`k${below(4)}`);
    else if (choice < 75) await session.settle();
    else if (choice < 80) await Promise.resolve();
    else if (choice < 96) await change(session, stream, body, below);
    else if (choice < 98) await session.reopen();
    else await session.killAndOpen();
  }
  await session.check();
  await session.store().close();
  return session;
}

/** Changes or removes something that is there. */
async function change(
  session: Session,
  stream: string,
  body: string,
  below: (limit: number) => number,
): Promise<void> {
  await session.settle();
  const seqs = session.model().seqs(stream);
  const seq = seqs[below(seqs.length)];
  if (seq === undefined) return;
  switch (below(14)) {
    case 0:
      return await session.trim(stream, seq);
    case 1:
    case 2:
    case 3:
      return await session.remove(stream, seq);
    case 4:
    case 5:
      return await session.compact();
    case 6:
      return await session.retain(1000 + below(40));
    case 10:
      return await session.editBeside(stream, seq, body, "beside");
    case 11:
      return await session.erase();
    case 7:
      return await session.shrink(Math.floor(session.store().bytes() * 0.7));
    case 8:
    case 9:
      return await session.compactWorthwhile();
    default:
      return await session.edit(stream, seq, body);
  }
}
