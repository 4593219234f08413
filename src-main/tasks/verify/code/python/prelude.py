"""The names that published graders put before a solution. `builtins` comes after `math` and `operator`: it restores pow and sum."""

from string import *
from re import *
from datetime import *
from collections import *
from heapq import *
from bisect import *
from copy import *
from math import *
from random import *
from statistics import *
from itertools import *
from functools import *
from operator import *
from io import *
from sys import *
from json import *
from builtins import *
from typing import *
import string
import re
import datetime
import collections
import heapq
import bisect
import copy
import math
import random
import statistics
import itertools
import functools
import operator
import io
import sys
import json
from codec import ListNode, TreeNode


def list_node(values):
    head = tail = ListNode(0)
    for value in values:
        tail.next = ListNode(value)
        tail = tail.next
    return head.next


def tree_node(values):
    """Level order, None for a missing child."""
    if not values or values[0] is None:
        return None
    rest = iter(values)
    root = TreeNode(next(rest))
    row = collections.deque([root])
    while row:
        node = row.popleft()
        for side in ("left", "right"):
            value = next(rest, None)
            if value is not None:
                setattr(node, side, TreeNode(value))
                row.append(getattr(node, side))
    return root


def is_same_list(first, second):
    while first and second and first.val == second.val:
        first, second = first.next, second.next
    return first is None and second is None


def is_same_tree(first, second):
    pairs = [(first, second)]
    while pairs:
        one, other = pairs.pop()
        if one is None and other is None:
            continue
        if one is None or other is None or one.val != other.val:
            return False
        pairs += [(one.left, other.left), (one.right, other.right)]
    return True
