/**
 * A claim on the observer that only a kernel with kprobes can prove.
 *
 * @module
 */

import type { World } from "./world.ts";

/** How the kernel is started. A boot has a limit of time: claims that wait long have one of their own. */
export type BootKind = "plain" | "waiting" | "waiting-typed" | "integrity" | "confidentiality";

/** A test that runs in the guest. It holds when it does not throw. */
export interface Claim {
  readonly name: string;
  readonly boot: BootKind;
  readonly run: (world: World) => Promise<void>;
}

/** Collects claims of one boot. */
export function claims(
  boot: BootKind,
  of: Readonly<Record<string, (world: World) => Promise<void>>>,
): readonly Claim[] {
  return Object.entries(of).map(([name, run]) => ({ name, boot, run }));
}
