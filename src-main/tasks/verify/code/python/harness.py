"""Runs one solution on the tests it is sent, one after another. It never sees an expected result: what it reports is what
the solution printed or returned, and the other end of the channel compares.

Commands: load (mode; body: source), test (body: standard input or arguments), call (body: see remote.py), run (the
assert program of the test side). Answers carry a status: ok, raised, error, memory, blocked, output or failed.
"""

import errno
import json
import os
import sys
import traceback

from channel import Channel
from codec import Encoder, NotPlain
from remote import SolutionSide, TestSide
from streams import Streams
from world import Failed, HardExit, World, own_name, run_threads_in_place

OUTPUT_BYTES = 8 << 20
REFUSALS = (errno.EPERM, errno.EACCES, errno.EROFS, errno.ENETUNREACH)


class TooMuch(Exception):
    """The solution printed more than the limit."""


class Harness:
    def __init__(self, channel):
        self.channel = channel
        self.streams = Streams()
        self.world = World()
        self.mode = ""
        self.code = None
        self.side = None

    def serve(self):
        self.channel.send("ready")
        while True:
            header, body = self.channel.receive()
            self.answer(getattr(self, "do_" + header["do"]), header, body)

    def answer(self, work, header, body):
        self.spare = bytearray(1 << 16)  # let go when memory is short, so that the answer can be made
        try:
            status, kind, reason, result = "ok", "", "", work(header, body)
        except BaseException as error:
            self.spare = None
            status, kind, reason, result = *describe(error), b""
            error.__traceback__ = None
        fields = (("status", status), ("type", kind), ("reason", reason))
        self.channel.send("done", result, [(name, self.channel.text(value)) for name, value in fields])

    def do_load(self, header, body):
        self.mode = header["mode"]
        source = body.decode()
        self.code = source if self.mode == "tests" else compile(source, "solution.py", "exec", dont_inherit=True)
        return b""

    def do_test(self, header, body):
        self.world.reset()
        run = self.run_program if self.mode == "stdin" else self.run_function
        try:
            return run(header, body)
        finally:
            self.world.forget()

    def run_program(self, header, body):
        self.streams.open(body)
        try:
            self.execute("__main__")
            self.world.finish()
            self.streams.flush()
        except HardExit as stop:
            if stop.code != 0:
                raise
        output = self.streams.written(OUTPUT_BYTES)
        if len(output) > OUTPUT_BYTES:
            raise TooMuch
        return output

    def run_function(self, header, body):
        self.streams.open(b"")
        names = self.execute("solution")
        arguments = parse_arguments(header["style"], body.decode())
        result = find_function(names, header["name"])(*arguments)
        return Encoder().encode([result]).encode()

    def execute(self, name):
        names = self.world.namespace(name)
        try:
            exec(self.code, names)
        except SystemExit as stop:
            if self.mode != "stdin" or stop.code not in (None, 0, False):
                raise
        return names

    def do_serve(self, header, body):
        """Makes this the solution's side of an assert program."""
        self.world.reset()
        self.streams.open(b"")
        self.side = SolutionSide(self.execute("solution"))
        return b""

    def do_call(self, header, body):
        return self.side.call(header, body)

    def do_run(self, header, body):
        """Makes this the tests' side; the answer's body is the word that only a program run to its end can give."""
        self.world.reset()
        self.streams.open(b"")
        TestSide(self.channel, self.world).run(self.code)
        return body


def parse_arguments(style, text):
    if style == "lines":
        return [json.loads(line) for line in text.split("\n") if line.strip()]
    return [whole_keys(argument) for argument in json.loads(text)]


def whole_keys(argument):
    """JSON has no whole-number keys; records that mean them write texts."""
    if type(argument) is not dict:
        return argument
    try:
        return {int(key): value for key, value in argument.items()}
    except ValueError:
        return argument


def find_function(names, name):
    holder = names.get("Solution")
    if isinstance(holder, type) and hasattr(holder, name):
        return getattr(holder(), name)
    return own_name(names, name)


def describe(error):
    """Status, type and reason of what the solution raised. `raised` is for what tests may expect of it."""
    kind = type(error).__name__
    if isinstance(error, MemoryError) or isinstance(error, OverflowError) and "index-sized" in str(error):
        return "memory", kind, "it ran out of memory"
    if isinstance(error, TooMuch) or isinstance(error, OSError) and error.errno in (errno.EFBIG, errno.ENOSPC):
        return "output", kind, "it wrote more than the limit"
    if isinstance(error, (Failed, NotPlain)):
        return "error", kind, str(error)
    if isinstance(error, OSError) and error.errno in REFUSALS:
        return "blocked", kind, "the sandbox refused: " + last_line(error)
    if getattr(error, "of_tests", False) is True:
        return "failed", kind, "an assertion failed"
    return "raised" if isinstance(error, Exception) else "error", kind, last_line(error)


def last_line(error):
    try:
        return traceback.format_exception_only(type(error), error)[-1].strip()
    except BaseException:
        return "it raised " + type(error).__name__


def main():
    """Arguments: where frames come from and go to, as descriptors or as paths of devices."""
    source, sink = [int(at) if at.isdigit() else os.open(at, flags) for at, flags in zip(sys.argv[1:3], (os.O_RDONLY, os.O_WRONLY))]
    if sys.platform == "emscripten":
        run_threads_in_place()
    sys.path.pop(0)
    os.dup2(os.open("/dev/null", os.O_WRONLY), 2)  # nobody reads errors
    Harness(Channel(source, sink)).serve()


if __name__ == "__main__":
    main()
