"""Prints the structures of the Python bindings: strongupdate_NAME SIZE FIELD=OFFSET ..."""

import ctypes
import re

import strongupdate
from strongupdate import _native, _structures


def snake(name):
    return "strongupdate_" + re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


def main():
    kinds = {kind.__name__: _native.structure(kind)
             for kind in vars(strongupdate).values()
             if isinstance(kind, type) and hasattr(kind, "_fields")}
    kinds |= {"Options": _structures.Options, "Targets": _structures.Targets}
    for name, structure in kinds.items():
        fields = (f"{field[0]}={getattr(structure, field[0]).offset}"
                  for field in structure._fields_)
        print(snake(name), ctypes.sizeof(structure), *fields)


main()
