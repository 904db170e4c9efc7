/**
 * What `chat doctor` says of the observer. Pure.
 *
 * Nothing here is ever a `no`: the chat needs no observer.
 *
 * @module
 */

import type { ObserverExamination } from "../../observe/mod.ts";
import type { Finding } from "../examine.ts";

/** An examination as findings: what it stands on, and which backend would run. */
export function observerFindings(examination: ObserverExamination): Finding[] {
  const { library, surroundings, works, unavailable } = examination;
  const found: Finding[] = [];
  if (library !== undefined) {
    found.push({ what: "libbpf", state: "ok", text: `${library.version}, ${library.path}` });
  }
  if (surroundings !== undefined) {
    const { btf, capable, lockdown = "none" } = surroundings;
    found.push(
      btf ? { what: "BTF", state: "ok", text: "the kernel describes its types" } : {
        what: "BTF",
        state: "weak",
        text: "the kernel does not describe its types: no /sys/kernel/btf/vmlinux",
      },
      capable === false
        ? { what: "privilege", state: "weak", text: "chat observe needs root: run it with sudo" }
        : { what: "privilege", state: "ok", text: "kernel programs may be loaded" },
    );
    if (lockdown !== "none") {
      found.push({
        what: "lockdown",
        state: "weak",
        text: `the kernel is locked down: ${lockdown}`,
      });
    }
  }
  if (works !== undefined) {
    const refused = new Set(works.refused.map((text) => text.replace(/, exit \w+/, "")));
    const others = [...refused].map((text) => `; not ${text}`).join("");
    found.push({ what: "observer", state: "ok", text: `would run as ${works.backend}${others}` });
    for (const text of works.blind) found.push({ what: "observer", state: "weak", text });
  }
  if (unavailable !== undefined) {
    found.push({ what: "observer", state: "weak", text: unavailable.message });
  }
  return found;
}
