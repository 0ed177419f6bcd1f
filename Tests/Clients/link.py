"""A plain connection to a server on this machine: bytes out, bytes in, and how it ends."""

import select
import socket

# Seconds. Longer than anything here takes
PATIENCE = 30


class Link:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)

    def send(self, data):
        self.socket.sendall(data)

    def take(self, count):
        """So many bytes, or what comes before the end."""
        data = b""
        while len(data) < count:
            piece = self.socket.recv(count - len(data))
            if not piece:
                break
            data += piece
        return data

    def rest(self):
        """All bytes up to the end, and how it ends: "close" or "reset"."""
        data = b""
        while True:
            try:
                piece = self.socket.recv(65536)
            except ConnectionResetError:
                return data, "reset"
            if not piece:
                return data, "close"
            data += piece

    def quiet(self, seconds=0.05):
        """Whether nothing comes, and no end either."""
        return not select.select([self.socket], [], [], seconds)[0]

    def close(self):
        self.socket.close()
