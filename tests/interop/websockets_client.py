#!/usr/bin/env python3
"""Talks over wss:// by Python's `websockets` (Debian: python3-websockets), and prints as JSON what it saw.

    websockets_client.py PORT CA_FILE
"""

import asyncio
import json
import ssl
import sys

import websockets

PORT, CA_FILE = int(sys.argv[1]), sys.argv[2]
URL = f"wss://localhost:{PORT}/ws"
TRUST = ssl.create_default_context(cafile=CA_FILE)


async def wait_for(stream, kind):
    """The next message of a type, past whatever comes before it."""
    while True:
        message = json.loads(await stream.recv())
        if message["type"] == kind:
            return message


async def log_in(stream, name):
    await stream.send(json.dumps({"type": "Login", "username": name}))
    return await wait_for(stream, "Welcome")


async def main():
    saw = {}
    async with websockets.connect(URL, ssl=TRUST) as pia, websockets.connect(URL, ssl=TRUST) as quin:
        saw["welcome"] = (await log_in(pia, "Pia"))["username"]
        await log_in(quin, "Quin")
        words = json.dumps({"type": "Broadcast", "content": "grüße, 🫖", "id": "1"}, ensure_ascii=False)
        # An iterable goes out in fragments.
        await pia.send([words[:9], words[9:30], words[30:]])
        saw["ack"] = (await wait_for(pia, "Ack"))["re"]
        heard = await wait_for(quin, "NewMessage")
        saw["heard"] = [heard["from"], heard["content"]]
        # Resolves with the pong that carries the same bytes.
        await (await pia.ping(b"are you there?"))
        saw["pong"] = True
        await quin.send(b"\x00\x01")
        saw["refusal"] = (await wait_for(quin, "Error"))["code"]
        await quin.wait_closed()
        saw["refused with"] = quin.close_code
        await pia.close()
        saw["closed with"] = pia.close_code
    print(json.dumps(saw, ensure_ascii=False))


asyncio.run(asyncio.wait_for(main(), 30))
