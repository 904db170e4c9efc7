/**
 * The header under which a browser saves a file: `Content-Disposition`, RFC 6266. Pure.
 *
 * The name is somebody else's, so it is cleaned first, as for a disk. What is left is said twice: in ASCII for whoever
 * reads no more, and whole in `filename*` (RFC 8187), which counts where both are understood.
 *
 * @module
 */

import { cleanName } from "../../../server/wire/transfers/mod.ts";

/** What may stand in a quoted string without being escaped, or be taken for an escape by whoever decodes `%`. */
const NOT_PLAIN = /[^ !#-$&-[\]-~]/gu;
/** What `encodeURIComponent` leaves as it is and RFC 8187 does not allow. */
const NOT_ENCODED = /[!'()*]/g;

/** The header's value for a file that was offered as `offered`. */
export function attachment(offered: string): string {
  const name = cleanName(offered);
  const encoded = encodeURIComponent(name).replace(
    NOT_ENCODED,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${name.replace(NOT_PLAIN, "_")}"; filename*=UTF-8''${encoded}`;
}
