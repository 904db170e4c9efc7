/**
 * `chat cert`: a certificate for one's own server.
 *
 * @module
 */

import { type Command, Option } from "@commander-js/extra-typings";
import { EXIT, Failure } from "../failure.ts";
import { print } from "../streams.ts";
import { wholeNumber } from "../values.ts";

const DAY_MS = 86_400_000;

/** Says what it takes, and what it does. */
export function define(command: Command): void {
  command
    .argument("[names...]", "names and addresses of the server (default: localhost)")
    .addOption(new Option("--cert <file>", "where the certificate goes").default("chat-cert.pem"))
    .addOption(new Option("--key <file>", "where its key goes").default("chat-key.pem"))
    .addOption(
      new Option("--days <n>", "for how long it is good").argParser(wholeNumber(1, 36_500))
        .default(825),
    )
    .option("--show", "only show the fingerprint of the certificate that is there", false)
    .addHelpText(
      "after",
      `
The certificate vouches for itself. Whoever connects is shown its fingerprint, and remembers it: compare the two once. For a name
that strangers shall trust, let a tool such as certbot or lego get a certificate; the server takes it, and each new one, too.

Examples:
  chat cert chat.example 192.0.2.7
  chat serve --host 0.0.0.0 --tls-cert chat-cert.pem --tls-key chat-key.pem
  chat connect chats://chat.example
  chat cert --show                     the fingerprint again`,
    )
    .action(makeCertificate);
}

interface CertFlags {
  readonly cert: string;
  readonly key: string;
  readonly days: number;
  readonly show: boolean;
}

async function makeCertificate(names: readonly string[], flags: CertFlags): Promise<void> {
  const { certificateFacts } = await import("../../server/mod.ts");
  if (flags.show) {
    const { readPem } = await import("../tls/certificate_files.ts");
    const facts = certificateFacts(await readPem(flags.cert, "certificate"));
    return print(
      `${facts.fingerprint}\nfor ${facts.names.join(", ")}, until ${day(facts.endsMs)}\n`,
    );
  }
  const { selfSigned } = await import("../tls/self_signed.ts");
  const { createNew } = await import("../tls/certificate_files.ts");
  const [first = "localhost", ...others] = names.map(nameOf);
  const all: [string, ...string[]] = first === "localhost" && others.length === 0
    ? ["localhost", "127.0.0.1", "::1"]
    : [first, ...others];
  const lastsMs = flags.days * DAY_MS;
  const { cert, key } = selfSigned({ names: all, fromMs: Date.now(), lastsMs });
  await createNew([[flags.key, key, 0o600], [flags.cert, cert, 0o644]]);
  const { fingerprint, endsMs } = certificateFacts(cert);
  print(
    `${flags.cert} and ${flags.key}\n${fingerprint}\nfor ${all.join(", ")}, until ${day(endsMs)}\n`,
  );
}

/** A name as it stands in a certificate. @throws {Failure} When it is none. */
function nameOf(text: string): string {
  const isAddress = text.includes(":") && URL.canParse(`http://[${text}]`);
  if (isAddress) return text.toLowerCase();
  const host = URL.canParse(`http://${text}`) ? new URL(`http://${text}`) : undefined;
  const isName = host !== undefined && host.host !== "" && !/[/@:?#]/.test(text);
  if (isName) return text.startsWith("*.") ? text.toLowerCase() : host.hostname;
  throw new Failure(`'${text}' is no name or address of a server.`, EXIT.usage);
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
