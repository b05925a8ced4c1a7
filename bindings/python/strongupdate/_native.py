"""The shared library, and its structures as Python values.

A structure of strongupdate.h is written down once, as a NamedTuple whose annotations say how C lays
each field out.  What the library only lends is copied: no value here outlives its owner.
"""

import ctypes
import enum
from typing import (Annotated, Any, Callable, NamedTuple, Optional, Tuple, Type, TypeVar,
                    get_args, get_type_hints)

SONAME = "libstrongupdate.so.0"
library = ctypes.CDLL(SONAME)

Text = Annotated[str, ctypes.c_char_p]  # "" also where C has NULL
U8 = Annotated[int, ctypes.c_uint8]
U32 = Annotated[int, ctypes.c_uint32]
U64 = Annotated[int, ctypes.c_uint64]
I64 = Annotated[int, ctypes.c_int64]
Int = Annotated[int, ctypes.c_int]
Unsigned = Annotated[int, ctypes.c_uint]
Size = Annotated[int, ctypes.c_size_t]
Bool = Annotated[bool, ctypes.c_bool]
Double = Annotated[float, ctypes.c_double]
Place = Annotated[str, ctypes.c_char * 48]


class Elements(NamedTuple):
    """Annotation of a list: its elements, the field that counts them, who gives one."""
    element: Any
    counted: str
    getter: str


class Borrowed(NamedTuple):
    """Annotation of a pointer that `convert` makes a value of."""
    convert: Callable[[int], Any]


Value = TypeVar("Value")
_structures: dict[type, Type[ctypes.Structure]] = {}


def _layout(annotation: Any) -> Any:
    """The ctypes type of a field."""
    kind = get_args(annotation)[1]
    return ctypes.c_void_p if isinstance(kind, (Elements, Borrowed)) else kind


def _fields(kind: type) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


def structure(kind: type) -> Type[ctypes.Structure]:
    """The C structure that a NamedTuple describes."""
    if kind not in _structures:
        fields = [(name, _layout(annotation)) for name, annotation in _fields(kind).items()]
        _structures[kind] = type(kind.__name__, (ctypes.Structure,), {"_fields_": fields})
    return _structures[kind]


def function(name: str, result: Any, *arguments: Any) -> Callable[..., Any]:
    """A function of the library."""
    found = getattr(library, "strongupdate_" + name)
    found.restype = result
    found.argtypes = arguments
    return found  # type: ignore[no-any-return]


def text(raw: Optional[bytes]) -> str:
    """Names may hold any byte: those that are no UTF-8 come back as they were by os.fsencode()."""
    return raw.decode("utf-8", "surrogateescape") if raw else ""


def _value(annotation: Any, raw: Any, owner: Any) -> Any:
    declared, kind = get_args(annotation)[:2]
    if isinstance(kind, Elements):
        get = function(kind.getter, ctypes.POINTER(structure(kind.element)), ctypes.c_void_p,
                       ctypes.c_size_t)
        return tuple(value(kind.element, get(ctypes.addressof(owner), index).contents)
                     for index in range(getattr(owner, kind.counted)))
    if isinstance(kind, Borrowed):
        return kind.convert(raw) if raw else None
    if declared is str:
        return text(raw)
    if isinstance(declared, type) and issubclass(declared, enum.Enum):
        return declared(raw)
    return tuple(_item(item) for item in raw) if hasattr(raw, "__len__") else raw


def _item(item: Any) -> Any:
    return text(item) if isinstance(item, bytes) or item is None else item


def value(kind: Type[Value], raw: ctypes.Structure) -> Value:
    """The NamedTuple with what is in the C structure."""
    return kind(**{name: _value(annotation, getattr(raw, name), raw)
                   for name, annotation in _fields(kind).items()})


def strings(items: Tuple[str, ...]) -> Any:
    """An array of C strings."""
    return (ctypes.c_char_p * len(items))(*(item.encode("utf-8", "surrogateescape")
                                            for item in items))
