"""Assert programs in two processes: the tests' side has the expected results, the solution's side has the solution.

The tests' side sees the solution through names that stand for it. A call crosses as values (codec.py); lists, dicts and
nodes that the solution changed in place are changed here as well.
"""

import ast
import builtins
import inspect
import sys
import types

from codec import Encoder, decode
from entries import entries
from world import own_name


class SolutionSide:
    def __init__(self, names):
        self.names = names
        self.kept = []

    def call(self, header, body):
        """Calls or reads what `name` or `handle` and `path` name; answers the result, then the arguments as they are now."""
        target = own_name(self.names, header["name"]) if "name" in header else self.kept[header["handle"]]
        for attribute in header["path"]:
            target = getattr(target, attribute)
        if not header["call"]:
            return Encoder(self.keep if inspect.isroutine(target) else self.nothing).encode([target]).encode()
        values, objects = decode(body.decode(), remote=self.kept.__getitem__)
        positional, named = values
        result = target(*positional, **named)
        remote = self.keep if isinstance(target, type) else self.nothing
        return Encoder(remote).encode([result], also=objects).encode()

    def keep(self, value):
        for index, kept in enumerate(self.kept):
            if kept is value:
                return index
        self.kept.append(value)
        return len(self.kept) - 1

    def nothing(self, value):
        """Only what was kept before crosses as itself: an object of the solution's own may compare as it likes."""
        for index, kept in enumerate(self.kept):
            if kept is value:
                return index
        return None


class Remote:
    """Something on the solution's side: a function, a class, an object of one. It has no value of its own."""

    def __init__(self, side, root, path=()):
        self.__dict__.update(_side=side, _root=root, _path=path)

    def __call__(self, *positional, **named):
        return self._side.ask(self._root, self._path, True, positional, named)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        value = self._side.ask(self._root, (*self._path, name), False, (), {})
        return Remote(self._side, self._root, (*self._path, name)) if isinstance(value, Remote) else value

    def _no_value(self, *_):
        raise TypeError("the solution gave an object of its own where the tests compare a value")

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = __len__ = __iter__ = __getitem__ = _no_value
    __contains__ = __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __float__ = __int__ = __index__ = _no_value
    __hash__ = object.__hash__


class TestSide:
    def __init__(self, channel, world):
        self.channel = channel
        self.world = world

    def run(self, source):
        tree = ast.parse(source)
        names = self.world.namespace("__main__")
        for name in entries(tree, names):
            names[name] = Remote(self, {"name": name})
        module = types.ModuleType("solution")
        module.__getattr__ = lambda name: Remote(self, {"name": name})
        sys.modules["solution"] = module
        before = set(names)
        try:
            exec(compile(tree, "tests.py", "exec", dont_inherit=True), names)
            for name in [name for name in names if name not in before and name.startswith("test_")]:
                names[name]()
        except AssertionError as error:
            error.of_tests = True
            raise
        except SystemExit as stop:
            if stop.code not in (None, 0, False):
                raise

    def ask(self, root, path, call, positional, named):
        encoder = Encoder(lambda value: value._root.get("handle") if type(value) is Remote else None)
        body = encoder.encode([list(positional), named]).encode() if call else b""
        fields = [(key, self.channel.text(value) if type(value) is str else str(value)) for key, value in root.items()]
        fields += [("path", "[%s]" % ",".join(map(self.channel.text, path))), ("call", "true" if call else "false")]
        self.channel.send("call", body, fields)
        header, reply = self.channel.receive()
        if header["status"] != "ok":
            raise self.exception(header["type"], header["reason"])
        known = encoder.objects if call else []
        values, _ = decode(reply.decode(), known, lambda handle: Remote(self, {"handle": handle}))
        return values[0]

    def exception(self, name, message):
        """What the solution raised, where it is a built-in exception; its own assertions are no assertions of the tests."""
        kind = getattr(builtins, name, None)
        known = isinstance(kind, type) and issubclass(kind, Exception) and kind is not AssertionError
        return kind(message) if known else RuntimeError(message)
