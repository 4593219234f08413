"""Which names of an assert program stand for the solution's. The program alone decides: a solution that could add names
could replace the ones the assertions are made of."""

import ast
import builtins


def entries(tree, prelude):
    """Names that neither the program nor the prelude defines; when there are none (a function named as a standard one),
    the functions given to a check function, else those that the assertions call."""
    given = set(prelude) | set(vars(builtins))
    free = {name for name in loaded(tree) - defined(tree) if name not in given}
    return free or checked(tree) or asserted(tree)


def loaded(tree):
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def defined(tree):
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.ExceptHandler) and node.name:
            names.add(node.name)
    return names


def checked(tree):
    """`gcd` in `check(gcd)`."""
    names = set()
    for statement in tree.body:
        call = statement.value if isinstance(statement, ast.Expr) else None
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in defined(tree):
            names |= {argument.id for argument in call.args if isinstance(argument, ast.Name)}
    return names - defined(tree)


def asserted(tree):
    """`gcd` in `assert gcd(4, 6) == 2`."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert):
            left = node.test.left if isinstance(node.test, ast.Compare) else node.test
            if isinstance(left, ast.Call) and isinstance(left.func, ast.Name):
                names.add(left.func.id)
    return names - defined(tree)
