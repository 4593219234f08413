"""Values as text, and back: plain builtin types, linked-list and tree nodes, with shared and cyclic references kept.

A message is {"values": [...], "objects": [...]}. Whole numbers, texts, booleans and null stand for themselves; other
values are {"f": text of a float}, {"b": hexadecimal bytes}, {"c": [real, imaginary]} or {"o": index into objects}. An
object is [kind, parts]. Types are compared exactly: a subclass may lie about itself.
"""

from collections import Counter, OrderedDict, defaultdict, deque
from json import JSONDecoder
from json.encoder import encode_basestring_ascii


class ListNode:
    def __init__(self, val=0, next=None):
        self.val = val
        self.next = next


class TreeNode:
    def __init__(self, val=0, left=None, right=None):
        self.val = val
        self.left = left
        self.right = right


NODES = {"ListNode": (ListNode, ("val", "next")), "TreeNode": (TreeNode, ("val", "left", "right"))}
SEQUENCES = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset, "deque": deque}
MAPPINGS = (dict, defaultdict, OrderedDict, Counter)


class NotPlain(Exception):
    """The value is of a type that cannot cross."""


class Encoder:
    """Texts of values. `remote(value)` names what stays where it is, or returns None; objects keep their index over calls."""

    def __init__(self, remote=lambda value: None):
        self.remote = remote
        self.indices = {}
        self.objects = []

    def encode(self, values, also=(), type=type, len=len, enumerate=enumerate):
        """`also`: objects listed first, so that the other side can find its own again."""
        for value in also:
            self.index(value)
        texts = [self.text(value) for value in values]
        parts = []
        for position, value in enumerate(self.objects):  # grows while it is walked
            parts.append(self.body(value))
        return '{"values":[%s],"objects":[%s]}' % (",".join(texts), ",".join(parts))

    def text(self, value, type=type, int=int, float=float, str=str, bool=bool):
        kind = type(value)
        if value is None:
            return "null"
        if kind is bool:
            return "true" if value else "false"
        if kind is int:
            return int.__repr__(value)
        if kind is str:
            return encode_basestring_ascii(value)
        if kind is float:
            return '{"f":"%s"}' % float.__repr__(value)
        if kind is bytes:
            return '{"b":"%s"}' % value.hex()
        if kind is complex:
            return '{"c":[%s,%s]}' % (self.text(value.real), self.text(value.imag))
        if kind.__module__ == "numpy" and hasattr(kind, "tolist"):
            return self.text(value.tolist())
        return '{"o":%d}' % self.index(value)

    def index(self, value, id=id, len=len):
        known = self.indices.get(id(value))
        if known is None:
            known = self.indices[id(value)] = len(self.objects)
            self.objects.append(value)  # kept alive, so that no other object takes its id
        return known

    def body(self, value, type=type, list=list):
        kind = type(value)
        for name, sequence in SEQUENCES.items():
            if kind is sequence:
                return '["%s",[%s]]' % (name, ",".join([self.text(part) for part in list(value)]))
        if kind in MAPPINGS:
            pairs = ["[%s,%s]" % (self.text(key), self.text(part)) for key, part in list(value.items())]
            return '["dict",[%s]]' % ",".join(pairs)
        for name, (node, fields) in NODES.items():
            if kind is node:
                return '["%s",[%s]]' % (name, ",".join([self.text(getattr(value, field, None)) for field in fields]))
        handle = self.remote(value)
        if handle is None:
            raise NotPlain("the result holds a %s, which is no plain value" % kind.__name__[:60])
        return '["remote",[%d]]' % handle


def decode(text, known=(), remote=lambda handle: None):
    """Values and objects of a message. The first objects are those of `known`, brought to the state the message gives them."""
    message = JSONDecoder().decode(text)
    shells = [_shell(entry, index, known, remote) for index, entry in enumerate(message["objects"])]
    done = [False] * len(shells)
    for index, (kind, parts) in enumerate(message["objects"]):
        _fill(index, kind, parts, shells, done, message["objects"])
    return [_value(text, shells, done, message["objects"]) for text in message["values"]], shells


def _shell(entry, index, known, remote):
    kind, parts = entry
    if kind == "remote":
        return remote(parts[0])
    if index < len(known):
        return known[index]
    if kind in NODES:
        return NODES[kind][0]()
    return {"list": list, "dict": dict, "set": set, "deque": deque}.get(kind, lambda: None)()


def _fill(index, kind, parts, shells, done, objects):
    if done[index] or kind == "remote":
        return
    done[index] = True
    if kind == "dict":
        pairs = [[_value(part, shells, done, objects) for part in pair] for pair in parts]
        shells[index].clear()
        shells[index].update(pairs)
        return
    values = [_value(part, shells, done, objects) for part in parts]
    if kind in NODES:
        for field, value in zip(NODES[kind][1], values):
            setattr(shells[index], field, value)
    elif kind in ("tuple", "frozenset"):
        if type(shells[index]) is not SEQUENCES[kind]:
            shells[index] = SEQUENCES[kind](values)
    else:
        shells[index].clear()
        (shells[index].update if kind == "set" else shells[index].extend)(values)


def _value(part, shells, done, objects):
    if type(part) is not dict:
        return part
    if "o" in part:
        index = part["o"]
        kind, parts = objects[index]
        if kind in ("tuple", "frozenset"):  # cannot be made empty and filled later
            _fill(index, kind, parts, shells, done, objects)
        return shells[index]
    if "f" in part:
        return float(part["f"])
    if "b" in part:
        return bytes.fromhex(part["b"])
    return complex(*[_value(half, shells, done, objects) for half in part["c"]])
