"""Frames to and from the verifying process: two lengths (big-endian, four bytes each), a JSON header, a body."""

import os
from json import JSONDecoder
from json.encoder import encode_basestring_ascii


class Channel:
    """`source` and `sink` are descriptors. Every function it needs is kept from before the solution ran."""

    def __init__(self, source, sink):
        self.source = source
        self.sink = sink
        self.read_some = os.read
        self.write_some = os.write
        self.parse = JSONDecoder().decode
        self.quoted = encode_basestring_ascii

    def receive(self, int=int):
        lengths = self.read(8)
        header = self.parse(self.read(int.from_bytes(lengths[:4], "big")).decode())
        return header, self.read(int.from_bytes(lengths[4:], "big"))

    def send(self, kind, body=b"", fields=(), len=len):
        """`fields`: pairs of a name and JSON text; use `text` for the latter."""
        pairs = [("is", self.text(kind)), *fields]
        data = ("{%s}" % ",".join(['"%s":%s' % pair for pair in pairs])).encode()
        self.write(len(data).to_bytes(4, "big") + len(body).to_bytes(4, "big") + data)
        self.write(body)

    def text(self, value):
        return self.quoted(value[:400])

    def read(self, length, len=len, bytearray=bytearray, bytes=bytes, EOFError=EOFError, min=min):
        data = bytearray()
        while len(data) < length:
            chunk = self.read_some(self.source, min(length - len(data), 1 << 20))
            if not chunk:
                raise EOFError
            data += chunk
        return bytes(data)

    def write(self, data, len=len, memoryview=memoryview):
        view = memoryview(data)
        while len(view):
            view = view[self.write_some(self.sink, view) :]
