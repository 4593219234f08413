"""What a solution can change about the interpreter, and how the next test finds it unchanged."""

import atexit
import builtins
import gc
import os
import random
import shutil
import sys
import threading
import types

import prelude

RECURSION_LIMIT = 50000
DIGIT_LIMIT = 50000
#: Modules whose names a solution may have replaced; the prelude's and those that the harness leans on.
KEPT_MODULES = [value for value in vars(prelude).values() if isinstance(value, types.ModuleType)] + [builtins, os, threading]
PRELUDE_NAMES = {name: value for name, value in vars(prelude).items() if not name.startswith("__")}


class World:
    def __init__(self):
        self.modules = [(module, dict(vars(module))) for module in KEPT_MODULES]
        self.environment = dict(os.environ)
        self.main = sys.modules["__main__"]

    def reset(self):
        """Puts everything back that a test may lean on."""
        for module, names in self.modules:
            now = vars(module)
            for name in list(now):
                if name not in names:
                    del now[name]
            now.update(names)
        os.environ.clear()
        os.environ.update(self.environment)
        sys.setrecursionlimit(RECURSION_LIMIT)
        if hasattr(sys, "set_int_max_str_digits"):
            sys.set_int_max_str_digits(DIGIT_LIMIT)
        os._exit = hard_exit
        sys.settrace(None)
        sys.setprofile(None)
        random.seed(0)
        self.forget()
        clean_folder("/tmp")
        os.chdir("/tmp")
        gc.enable()
        gc.collect()

    def namespace(self, name):
        """A new module of that name with the prelude in it; returns its names."""
        module = types.ModuleType(name)
        sys.modules[name] = module
        vars(module).update(PRELUDE_NAMES, stdin=sys.stdin, stdout=sys.stdout, stderr=sys.stderr)
        return vars(module)

    def forget(self):
        sys.modules.pop("solution", None)
        sys.modules["__main__"] = self.main

    def finish(self):
        """What an interpreter does before it ends: waits for threads, then runs the exit functions."""
        for thread in threading.enumerate():
            if thread is not threading.main_thread() and not thread.daemon:
                thread.join()
        atexit._run_exitfuncs()


class HardExit(BaseException):
    """Stands for `os._exit`: the process must live on to hand over what was written."""

    def __init__(self, code):
        self.code = code


def hard_exit(status):
    raise HardExit(status)


class Failed(Exception):
    """The solution did not do what it was asked, in words."""


def own_name(names, name):
    """What the solution calls so. A name that only the prelude gives is not its work."""
    if name not in names or names[name] is PRELUDE_NAMES.get(name):
        raise Failed("there is no " + name)
    return names[name]


def clean_folder(folder):
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, ignore_errors=True)
        else:
            os.unlink(entry.path)


def run_threads_in_place():
    """Where there are no threads (WebAssembly), the idiom of a main function in a thread still works."""

    def start(thread):
        thread._started.set()
        thread.run()

    def start_new_thread(function, args, kwargs={}):
        function(*args, **kwargs)
        return 1

    import _thread

    threading.Thread.start = start
    threading.Thread.join = lambda thread, timeout=None: None
    threading.stack_size = lambda size=0: 0
    _thread.start_new_thread = start_new_thread
    _thread.stack_size = lambda size=0: 0
