/**
 * Sockets behind one interface: where connections come from, and how bytes go over them. It knows nothing of chat, and nothing
 * of what a connection may cost.
 *
 * @module
 */

export {
  type EpollFault,
  epollFault,
  openTransport,
  type TransportChoice,
  TransportUnavailable,
} from "./choose.ts";
export {
  CertificateError,
  type CertificateFacts,
  certificateFacts,
  type CertificatePair,
  checkPair,
} from "./tls/certificate.ts";
export { alertRecord, speaksTls } from "./tls/alert.ts";
export { TellingWire } from "./tls/telling_wire.ts";
export { type TlsKind, tlsKinds, TlsServer } from "./tls/tls_server.ts";
export { WireSocket } from "./wire_socket.ts";
export { Dialler } from "./dialler.ts";
export { type FileAdvice, openFileAdvice } from "./file_advice.ts";
export { afterNextLook } from "./poller.ts";
export { READ_BYTES_FIRST, READ_BYTES_MAX, READ_GROWTH, VANISHED_S } from "./limits.ts";
export { StreamWire } from "./stream_wire.ts";
export type {
  Accepted,
  Address,
  AddressedSocket,
  Chorus,
  Listening,
  Parcel,
  Socket,
  Transport,
  TransportKind,
  Wire,
  WireGuest,
} from "./wire.ts";
