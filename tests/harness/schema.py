"""Does what the tool prints fit docs/schema?  The published schema lets members be added; here an
object with a member that the schema does not know is wrong: it was not written down.
"""

import functools
import json
import os

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PATH = os.path.join(TOP, "docs", "schema", "strongupdate-1.json")
PARTS = ("outcome", "failure")  # what others have within
MOST = 100_000  # characters; longer ones have more of the same


def closed(node):
    """The same schema without room for members that it does not name."""
    if isinstance(node, list):
        return [closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    same = {name: closed(value) for name, value in node.items()}
    return {**same, "unevaluatedProperties": False} if "properties" in node else same


@functools.cache
def validator(command):
    """None: no library for it, or no such command."""
    try:
        import jsonschema
    except ImportError:
        return None
    with open(PATH, encoding="utf-8") as file:
        whole = json.load(file)["$defs"]
    if command not in whole:
        return None
    parts = {name: value if name in PARTS else closed(value) for name, value in whole.items()}
    return jsonschema.Draft202012Validator({"$ref": f"#/$defs/{command}", "$defs": parts})


def misfit(command, text, value):
    """How the object that a command printed is not as documented, or None."""
    judge = validator(command) if len(text) < MOST else None
    error = next(judge.iter_errors(value), None) if judge else None
    if error is None:
        return None
    deepest = max(error.context or [error], key=lambda one: len(one.absolute_path))
    return (f"{command} --json does not fit {os.path.relpath(PATH, TOP)}: at "
            f"{'/'.join(map(str, deepest.absolute_path))}: {deepest.message[:300]}")
