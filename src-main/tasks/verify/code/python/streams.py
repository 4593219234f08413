"""Standard input and output of one test: regular files on descriptors 0 and 1, new file objects around them."""

import io
import os
import sys

INPUT = "/tmp/.stdin"
OUTPUT = "/tmp/.stdout"


class Streams:
    def __init__(self):
        self.output = None

    def open(self, data):
        self.remove(INPUT)
        self.remove(OUTPUT)
        sink = os.open(INPUT, os.O_WRONLY | os.O_CREAT, 0o600)
        view = memoryview(data)
        while len(view):
            view = view[os.write(sink, view) :]
        os.close(sink)
        self.attach(INPUT, os.O_RDONLY, 0)
        self.attach(OUTPUT, os.O_RDWR | os.O_CREAT, 1)
        self.output = os.dup(1)
        sys.stdin = sys.__stdin__ = io.open(0, encoding="utf-8", errors="surrogateescape", closefd=False)
        sys.stdout = sys.__stdout__ = io.open(1, "w", encoding="utf-8", errors="surrogateescape", closefd=False)
        self.own = sys.stdout

    def attach(self, path, flags, descriptor):
        opened = os.open(path, flags, 0o600)
        if opened != descriptor:
            os.dup2(opened, descriptor)
            os.close(opened)

    def remove(self, path):
        try:
            os.unlink(path)
        except OSError:
            pass

    def flush(self):
        for stream in (sys.stdout, self.own):
            try:
                stream.flush()
            except (AttributeError, ValueError):
                pass

    def written(self, most):
        """The output, at most `most` bytes and one more."""
        length = min(os.fstat(self.output).st_size, most + 1)
        pieces = []
        position = 0
        while position < length:
            piece = os.pread(self.output, length - position, position)
            if not piece:
                break
            pieces.append(piece)
            position += len(piece)
        os.close(self.output)
        return b"".join(pieces)
