"""Updates running programs in place: strongupdate(1) for Python, over libstrongupdate.

    patch = strongupdate.build("old/server", "new/server")
    strongupdate.check(patch, pids=[1234])
    strongupdate.apply(patch, pids=[1234])

What cannot be done raises Refused, or Error when it failed otherwise; the target is then as it was,
unless Error.exit is Exit.DAMAGED.  See strongupdate.h for what the fields mean.
"""

import ctypes
import os
from typing import Any, Callable, Iterable, List, Optional, Sequence, Tuple, Type, Union

from . import _native
from ._native import function, structure, text, value
from ._structures import (
    ASKED, TOLD, Assertion, Checkpoint, Direction, Entry, Error, Exit, File, Files, Function, Info,
    Judgement, Match, Missing, Options, Outcome, Process, Recovery, Refused, Report, Signature,
    Status, Targets, Thread, Value, Variable, borrowed_error)

Path = Union[str, "os.PathLike[str]"]

__all__ = [
    "Assertion", "Checkpoint", "Direction", "Entry", "Error", "Exit", "File", "Files", "Function",
    "Info", "Judgement", "Match", "Missing", "Outcome", "Patch", "Process", "Recovery", "Refused",
    "Report", "Signature", "Status", "Thread", "Value", "Variable", "apply", "build", "check",
    "files", "list_processes", "recover", "revert", "status", "version",
]


# ---- functions of the library ----

_POINTER = ctypes.c_void_p
_RESULT = ctypes.POINTER(ctypes.c_void_p)
_OPTIONS, _TARGETS = ctypes.POINTER(Options), ctypes.POINTER(Targets)
_SIZE, _STRING = ctypes.c_size_t, ctypes.c_char_p

_version = function("version", _STRING)
_error_free = function("error_free", None, _POINTER)
_build_bytes = function("build_bytes", _POINTER, _STRING, _STRING, _OPTIONS, _RESULT,
                        ctypes.POINTER(_SIZE))
_patch_open = function("patch_open", _POINTER, _STRING, _RESULT)
_patch_open_bytes = function("patch_open_bytes", _POINTER, _STRING, _SIZE, _RESULT)
_patch_close = function("patch_close", None, _POINTER)
_patch_info = function("patch_info", ctypes.POINTER(structure(Info)), _POINTER)
_check, _apply, _revert = (
    function(name, _POINTER, _POINTER, _TARGETS, _OPTIONS, _RESULT)
    for name in ("check", "apply", "revert"))
_report_free = function("report_free", None, _POINTER)
_recover = function("recover", _POINTER, ctypes.c_int, ctypes.POINTER(structure(Recovery)), _SIZE)
_list = function("list", _POINTER, _TARGETS, _RESULT, ctypes.POINTER(_SIZE))
_status = function("status", _POINTER, ctypes.c_int, _RESULT)
_status_free = function("status_free", None, _POINTER)
_files = function("files", _POINTER, ctypes.c_int, _RESULT)
_files_free = function("files_free", None, _POINTER)
_free = ctypes.CDLL(None).free
_free.restype, _free.argtypes = None, (_POINTER,)


def _take(pointer: Optional[int]) -> Optional[Error]:
    """The error that a call returned; the library's own is freed."""
    if not pointer:
        return None
    error = borrowed_error(pointer)
    _error_free(pointer)
    return error


def _demand(pointer: Optional[int]) -> None:
    error = _take(pointer)
    if error:
        raise error


def _path(path: Path) -> bytes:
    return os.fsencode(path)


def version() -> str:
    """Of the library."""
    return text(_version())


class Patch:
    """An upgrade patch.  Closed with its last reference, or at the end of a `with`."""

    def __init__(self, handle: int):
        self._handle: Optional[int] = handle

    @classmethod
    def open(cls, path: Path) -> "Patch":
        """Reads and verifies the file."""
        handle = ctypes.c_void_p()
        _demand(_patch_open(_path(path), ctypes.byref(handle)))
        return cls(handle.value or 0)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Patch":
        """The same of bytes in memory."""
        handle = ctypes.c_void_p()
        _demand(_patch_open_bytes(data, len(data), ctypes.byref(handle)))
        return cls(handle.value or 0)

    @property
    def handle(self) -> int:
        if self._handle is None:
            raise ValueError("the patch is closed")
        return self._handle

    def close(self) -> None:
        handle, self._handle = self._handle, None
        _patch_close(handle)

    def __enter__(self) -> "Patch":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_handle", None) is not None:
            self.close()

    @property
    def info(self) -> Info:
        return value(Info, _patch_info(self.handle).contents)

    def _table(self, name: str, kind: Type[_native.Value]) -> Tuple[_native.Value, ...]:
        one = structure(kind)()
        get = function("patch_get_" + name, ctypes.c_bool, _POINTER, _SIZE,
                       ctypes.POINTER(structure(kind)), _SIZE)
        found: List[_native.Value] = []
        while get(self.handle, len(found), ctypes.byref(one), ctypes.sizeof(one)):
            found.append(value(kind, one))
        return tuple(found)

    @property
    def functions(self) -> Tuple[Function, ...]:
        return self._table("function", Function)

    @property
    def checkpoints(self) -> Tuple[Checkpoint, ...]:
        return self._table("checkpoint", Checkpoint)

    @property
    def values(self) -> Tuple[Value, ...]:
        return self._table("value", Value)

    @property
    def missing(self) -> Tuple[Missing, ...]:
        return self._table("missing", Missing)

    @property
    def matches(self) -> Tuple[Match, ...]:
        return self._table("match", Match)

    @property
    def assertions(self) -> Tuple[Assertion, ...]:
        return self._table("assertion", Assertion)

    @property
    def judgements(self) -> Tuple[Judgement, ...]:
        return self._table("judgement", Judgement)

    @property
    def variables(self) -> Tuple[Variable, ...]:
        return self._table("variable", Variable)

    @property
    def signatures(self) -> Tuple[Signature, ...]:
        return self._table("signature", Signature)


class _Call:
    """Options and targets of one call, and what they point to while it lasts."""

    def __init__(self, timeout: float = 10.0, each: bool = False, together: bool = False,
                 scan_memory: bool = False, when: Sequence[str] = (),
                 debug_dirs: Sequence[Path] = (), spec: Optional[Path] = None,
                 no_validate: bool = False, progress: Optional[Callable[[str], None]] = None,
                 note: Optional[Callable[[str], None]] = None,
                 is_cancelled: Optional[Callable[[], bool]] = None):
        self._when = _native.strings(tuple(when))
        self._dirs = _native.strings(tuple(os.fspath(folder) for folder in debug_dirs))
        self.options = Options(
            size=ctypes.sizeof(Options), timeout=timeout, each=each, together=together,
            scan_memory=scan_memory, when=ctypes.addressof(self._when), when_count=len(when),
            debug_dirs=ctypes.addressof(self._dirs), debug_dir_count=len(debug_dirs),
            spec=_path(spec) if spec is not None else None, no_validate=no_validate,
            progress=_told(progress), note=_told(note), is_cancelled=_asked(is_cancelled))


def _told(callback: Optional[Callable[[str], None]]) -> Any:
    if callback is None:
        return TOLD(0)
    told = callback
    return TOLD(lambda _, what: told(text(what)))


def _asked(callback: Optional[Callable[[], bool]]) -> Any:
    if callback is None:
        return ASKED(0)
    asked = callback
    return ASKED(lambda _: asked())


class _Meant:
    """Which processes, and the arrays of their numbers."""

    def __init__(self, pids: Iterable[int], trees: Iterable[int], all_of_them: bool,
                 but: Iterable[int]):
        self._lists = [(ctypes.c_int * len(some))(*some)
                       for some in (tuple(pids), tuple(trees), tuple(but))]
        named, rooted, spared = self._lists
        self.targets = Targets(
            size=ctypes.sizeof(Targets), pids=ctypes.addressof(named), pid_count=len(named),
            trees=ctypes.addressof(rooted), tree_count=len(rooted), all=all_of_them,
            except_pids=ctypes.addressof(spared), except_count=len(spared))


def build(old: Path, new: Path, *, debug_dirs: Sequence[Path] = (), spec: Optional[Path] = None,
          no_validate: bool = False, progress: Optional[Callable[[str], None]] = None,
          note: Optional[Callable[[str], None]] = None,
          is_cancelled: Optional[Callable[[], bool]] = None) -> bytes:
    """The patch from one build to the other: the bytes of its file."""
    call = _Call(debug_dirs=debug_dirs, spec=spec, no_validate=no_validate, progress=progress,
                 note=note, is_cancelled=is_cancelled)
    data, size = ctypes.c_void_p(), ctypes.c_size_t()
    _demand(_build_bytes(_path(old), _path(new), ctypes.byref(call.options), ctypes.byref(data),
                         ctypes.byref(size)))
    try:
        return ctypes.string_at(data.value or 0, size.value)
    finally:
        _free(data)


def _update(how: Callable[..., Optional[int]], patch: Optional[Patch], meant: _Meant,
            call: _Call) -> Report:
    raw = ctypes.c_void_p()
    error = _take(how(patch.handle if patch else None, ctypes.byref(meant.targets),
                      ctypes.byref(call.options), ctypes.byref(raw)))
    try:
        report = value(Report, structure(Report).from_address(raw.value or 0))
    finally:
        _report_free(raw)
    if error:
        error.report = report
        raise error
    return report


def check(patch: Patch, pids: Iterable[int] = (), *, trees: Iterable[int] = (), all: bool = False,
          excluding: Iterable[int] = (), timeout: float = 10.0, scan_memory: bool = False,
          when: Sequence[str] = (), debug_dirs: Sequence[Path] = ()) -> Report:
    """Would the patch apply at this instant?  Changes nothing."""
    return _update(_check, patch, _Meant(pids, trees, all, excluding),
                   _Call(timeout, scan_memory=scan_memory, when=when, debug_dirs=debug_dirs))


def apply(patch: Patch, pids: Iterable[int] = (), *, trees: Iterable[int] = (), all: bool = False,
          excluding: Iterable[int] = (), timeout: float = 10.0, each: bool = False,
          together: bool = False, scan_memory: bool = False, when: Sequence[str] = (),
          debug_dirs: Sequence[Path] = (), progress: Optional[Callable[[str], None]] = None,
          is_cancelled: Optional[Callable[[], bool]] = None) -> Report:
    """Updates the processes: all of them, or none, unless `all` or `each` say otherwise."""
    return _update(_apply, patch, _Meant(pids, trees, all, excluding),
                   _Call(timeout, each, together, scan_memory, when, debug_dirs,
                         progress=progress, is_cancelled=is_cancelled))


def revert(patch: Optional[Patch] = None, pids: Iterable[int] = (), *, trees: Iterable[int] = (),
           all: bool = False, excluding: Iterable[int] = (), timeout: float = 10.0,
           each: bool = False, together: bool = False, scan_memory: bool = False,
           progress: Optional[Callable[[str], None]] = None,
           is_cancelled: Optional[Callable[[], bool]] = None) -> Report:
    """Takes the newest update back, or that by `patch`."""
    return _update(_revert, patch, _Meant(pids, trees, all, excluding),
                   _Call(timeout, each, together, scan_memory, progress=progress,
                         is_cancelled=is_cancelled))


def recover(pid: int) -> Recovery:
    """Puts right what an updater left that was killed."""
    done = structure(Recovery)()
    _demand(_recover(pid, ctypes.byref(done), ctypes.sizeof(done)))
    return value(Recovery, done)


def list_processes(*, trees: Iterable[int] = (), excluding: Iterable[int] = ()) -> Tuple[int, ...]:
    """Those below `trees`; all of the machine without them."""
    roots = tuple(trees)
    meant = _Meant((), roots, not roots, excluding)
    found, count = ctypes.c_void_p(), ctypes.c_size_t()
    _demand(_list(ctypes.byref(meant.targets), ctypes.byref(found), ctypes.byref(count)))
    try:
        return tuple((ctypes.c_int * count.value).from_address(found.value or 0)) \
            if count.value else ()
    finally:
        _free(found)


def status(pid: int) -> Status:
    """Which updates the process carries."""
    raw = ctypes.c_void_p()
    _demand(_status(pid, ctypes.byref(raw)))
    try:
        return value(Status, structure(Status).from_address(raw.value or 0))
    finally:
        _status_free(raw)


def files(pid: int) -> Files:
    """The files whose code the process runs."""
    raw = ctypes.c_void_p()
    _demand(_files(pid, ctypes.byref(raw)))
    try:
        return value(Files, structure(Files).from_address(raw.value or 0))
    finally:
        _files_free(raw)
