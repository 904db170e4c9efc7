/**
 * The kernel object for this processor, unpacked.
 *
 * @module
 */

import { OBJECTS } from "./bpf/object.ts";
import { ObserveUnavailable } from "./unavailable.ts";

/**
 * The ELF object's bytes.
 *
 * @throws {ObserveUnavailable} When there is none for this processor.
 */
export async function unpackObject(
  arch: string = Deno.build.arch,
): Promise<Uint8Array<ArrayBuffer>> {
  const text = OBJECTS[arch];
  if (text === undefined) {
    throw new ObserveUnavailable(
      "no_object",
      `The kernel programs are not made for ${arch}, only for ${Object.keys(OBJECTS).join(", ")}`,
    );
  }
  const packed = Uint8Array.fromBase64(text);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
