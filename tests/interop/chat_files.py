#!/usr/bin/env python3
"""Sends or takes one file through a chat server, with nothing but Python's standard library.

    chat_files.py PORT NAME send RECEIVER FILE
    chat_files.py PORT NAME receive FOLDER

CHAT_PASSWORD is the password of an account. It speaks the wire protocol of docs/PROTOCOL.md: a length, a JSON object; and a file's bytes, inline.
"""

import hashlib
import json
import os
import socket
import struct
import sys

PIECE = 64 * 1024


class Chat:
    """A connection that is logged in."""

    def __init__(self, port, name):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.stream = self.socket.makefile("rb")
        # A name that has an account wants its password; any other one is free, and a guest's.
        password = os.environ.get("CHAT_PASSWORD")
        self.say(type="Login", username=name, **({"password": password} if password else {}))
        self.wait_for("Welcome")

    def say(self, **message):
        body = json.dumps(message).encode()
        self.socket.sendall(struct.pack(">I", len(body)) + body)

    def wait_for(self, *types):
        """The next message of one of these types; what others say meanwhile is skipped."""
        while True:
            (length,) = struct.unpack(">I", self.read(4))
            message = json.loads(self.read(length))
            if message["type"] == "Error":
                sys.exit(message["msg"])
            if message["type"] in types:
                return message

    def read(self, count):
        data = self.stream.read(count)
        if len(data) < count:
            sys.exit("The server closed the connection.")
        return data

    def send_file(self, receiver, path):
        name, size = os.path.basename(path), os.path.getsize(path)
        self.say(type="FileOffer", to=receiver, filename=name, size=size)
        start = self.wait_for("StartUpload", "FileReject", "FileCancel")
        if start["type"] != "StartUpload":
            sys.exit(start.get("msg", "The file is not wanted."))
        with open(path, "rb") as file:
            file.seek(start["offset"])
            self.socket.sendfile(file)
        return self.wait_for("FileDone")

    def receive_file(self, folder):
        offer = self.wait_for("FileOffer")
        self.say(type="FileAccept", **{"from": offer["from"], "filename": offer["filename"]})
        start = self.wait_for("StartDownload")
        digest, rest = hashlib.sha256(), start["size"] - start["offset"]
        # The name is a stranger's word: only its last part is used, and nothing is overwritten.
        with open(os.path.join(folder, os.path.basename(offer["filename"])), "xb") as file:
            while rest > 0:
                piece = self.read(min(rest, PIECE))
                digest.update(piece)
                file.write(piece)
                rest -= len(piece)
        done = self.wait_for("FileDone")
        if digest.hexdigest() != done["sha256"]:
            sys.exit("The file did not arrive as it was sent.")
        return done


def main(port, name, what, *rest):
    chat = Chat(int(port), name)
    done = chat.send_file(*rest) if what == "send" else chat.receive_file(*rest)
    chat.say(type="Broadcast", content=f"{what}: {done['filename']} is through")
    chat.wait_for("NewMessage")
    print(done["sha256"])


if __name__ == "__main__":
    main(*sys.argv[1:])
