#!/usr/bin/env python3
"""Logs in over a WebSocket with TLS, says one thing, and prints what comes back: with nothing but Python's standard library.

    web_socket.py PORT ORIGIN NAME CA_FILE

The frames are those of RFC 6455, made by hand.
"""

import base64
import json
import os
import socket
import ssl
import struct
import sys

port, origin, name, ca_file = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
context = ssl.create_default_context(cafile=ca_file)
raw = socket.create_connection(("127.0.0.1", port), timeout=20)
tls = context.wrap_socket(raw, server_hostname="chat.example")
key = base64.b64encode(os.urandom(16)).decode()
tls.sendall(
    (
        f"GET /ws HTTP/1.1\r\nHost: chat.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nOrigin: {origin}\r\n"
        # Anybody can say this; a proxy must not pass it on as its own.
        f"X-Forwarded-For: 203.0.113.99\r\n\r\n"
    ).encode()
)
stream = tls.makefile("rb")
status = stream.readline().decode().strip()
print(status)
while stream.readline() not in (b"\r\n", b""):
    pass
if " 101 " not in status:
    sys.exit(1)


def say(**message):
    body = json.dumps(message).encode()
    mask = os.urandom(4)
    masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(body))
    tls.sendall(bytes([0x81, 0x80 | len(body)]) + mask + masked)


def wait_for(kind):
    while True:
        _, length = stream.read(2)
        if length == 126:
            (length,) = struct.unpack(">H", stream.read(2))
        message = json.loads(stream.read(length))
        if message["type"] == kind:
            return message


say(type="Login", username=name)
wait_for("Welcome")
say(type="Broadcast", content="hello", id="1")
print(wait_for("NewMessage")["content"])
