"""The structures, codes and errors of strongupdate.h.

Fields whose names are words of Python have others: `from` of a checkpoint is from_address.
"""

import ctypes
import enum
from typing import Annotated, NamedTuple, Optional, Tuple

from . import _native
from ._native import (Bool, Double, I64, Int, Place, Size, Text, U32, U64, Unsigned, function, text)

_error_message = function("error_message", ctypes.c_char_p, ctypes.c_void_p)
_error_code = function("error_code", ctypes.c_char_p, ctypes.c_void_p)
_error_reason = function("error_reason", ctypes.c_char_p, ctypes.c_void_p)
_error_exit = function("error_exit", ctypes.c_int, ctypes.c_void_p)


class Exit(enum.IntEnum):
    """How the command would exit."""
    DONE = 0
    REFUSED = 1
    USAGE = 2
    ERROR = 3
    DAMAGED = 4


class Direction(enum.IntEnum):
    APPLY = 0
    REVERT = 1


class Outcome(enum.IntEnum):
    """What became of a process."""
    UNTOUCHED = 0
    UPDATED = 1
    LEFT = 2
    UNCHANGED = 3


class Error(Exception):
    """What the library says of a failure."""

    def __init__(self, message: str, code: str, reason: str, exit_status: int,
                 report: "Optional[Report]" = None):
        super().__init__(message)
        self.message, self.code, self.reason = message, code, reason
        self.exit = Exit(exit_status)
        self.report = report


class Refused(Error):
    """Exit.REFUSED: it cannot be done soundly, or not now."""


class Info(NamedTuple):
    """struct strongupdate_patch_info"""
    image_name: Text
    old_build_id: Text
    new_build_id: Text
    file_size: Size
    mapped_size: U64
    function_count: Size
    variable_count: Size
    checkpoint_count: Size
    missing_count: Size
    assertion_count: Size
    match_count: Size
    judgement_count: Size
    hash: Text
    signature_count: Size


class Function(NamedTuple):
    """struct strongupdate_function"""
    name: Text
    unit: Text
    change: Text
    reason: Text
    old_vaddr: U64
    new_vaddr: U64
    patch_vaddr: U64
    call_returns: Annotated[Tuple[int, int], ctypes.c_uint32 * 2]
    call_returns_derived: Annotated[Tuple[int, int], ctypes.c_uint32 * 2]
    opaque: Annotated[Tuple[str, str], ctypes.c_char_p * 2]


class Checkpoint(NamedTuple):
    """struct strongupdate_checkpoint"""
    function: Size
    direction: Annotated[Direction, ctypes.c_int]
    kind: Text
    from_address: U64
    to: U64
    stub: U64
    seeded: Bool
    asserted: Bool
    pairing: Text
    pristine: Bool
    tried: Bool
    paths: U32
    unheld: Bool
    old_file: Text
    new_file: Text
    old_line: U32
    new_line: U32
    first_value: Size
    value_count: Size


class Value(NamedTuple):
    """struct strongupdate_value"""
    name: Text
    derivation: Text
    text: Text
    size: U32
    to: Place
    from_place: Place


class Missing(NamedTuple):
    """struct strongupdate_missing"""
    function: Size
    direction: Annotated[Direction, ctypes.c_int]
    from_address: U64
    file: Text
    line: U32
    reason: Text


class Match(NamedTuple):
    """struct strongupdate_match"""
    name: Text
    unit: Text
    evidence: Text
    is_variable: Bool
    old_vaddr: U64
    new_vaddr: U64


class Assertion(NamedTuple):
    """struct strongupdate_assertion"""
    text: Text
    file: Text
    line: U32
    uses: U32


class Judgement(NamedTuple):
    """struct strongupdate_judgement"""
    name: Text
    unit: Text
    text: Text


class Variable(NamedTuple):
    """struct strongupdate_variable"""
    name: Text
    unit: Text
    change: Text
    size: U32
    old_vaddr: U64
    patch_vaddr: U64
    old_size: U32


class Signature(NamedTuple):
    """struct strongupdate_signature"""
    key_id: Text
    key_name: Text
    standing: Text
    signed_at: Text
    package: Text
    version: Text
    advisories: Text


class Thread(NamedTuple):
    """struct strongupdate_thread"""
    tid: Int
    name: Text
    ready: Bool
    function: Text
    where: Text
    reason: Text


def borrowed_error(pointer: int) -> Error:
    """What the library says; the error stays its owner's."""
    status = _error_exit(pointer)
    kind = Refused if status == Exit.REFUSED else Error
    return kind(text(_error_message(pointer)), text(_error_code(pointer)),
                text(_error_reason(pointer)), status)


class Process(NamedTuple):
    """struct strongupdate_process"""
    pid: Int
    command: Text
    outcome: Annotated[Outcome, ctypes.c_int]
    error: Annotated[Optional[Error], _native.Borrowed(borrowed_error)]
    left: Text
    joined: Bool
    thread_count: Size
    threads: Annotated[Tuple[Thread, ...],
                       _native.Elements(Thread, "threads_listed", "process_thread")]
    threads_listed: Size
    pause_us: Double
    stage_us: Double
    stage_stop_us: Double
    activations_carried: U64
    activations_pending: U64
    patch_bytes_mapped: U64
    mapped_at: U64
    look_us: Double
    ready_us: Double
    commit_us: Double


class Report(NamedTuple):
    """struct strongupdate_report"""
    processes: Annotated[Tuple[Process, ...],
                         _native.Elements(Process, "process_count", "report_process")]
    process_count: Size
    pause_us: Double
    wall_us: Double
    stop_us: Double
    ready_us: Double
    search_us: Double
    commit_us: Double
    resume_us: Double
    rounds: Unsigned
    unreadable: Size
    find_us: Double
    after_us: Double


class Recovery(NamedTuple):
    """struct strongupdate_recovery"""
    pid: Int
    rolled_back: Bool
    completed: Bool
    resumed: Bool
    handler_removed: Bool
    masks_restored: Unsigned
    mappings_removed: Unsigned


class Entry(NamedTuple):
    """struct strongupdate_entry"""
    state: Text
    image_name: Text
    old_build_id: Text
    new_build_id: Text
    mapped_at: U64
    bytes_mapped: U64
    since: I64
    activations_pending: U64


class Status(NamedTuple):
    """struct strongupdate_status"""
    pid: Int
    command: Text
    entries: Annotated[Tuple[Entry, ...],
                       _native.Elements(Entry, "entry_count", "status_entry")]
    entry_count: Size
    needs_recovery: Bool
    has_leavings: Bool


class File(NamedTuple):
    """struct strongupdate_file"""
    path: Text
    mapped: Text
    present: Text
    soname: Text
    build_id: Text
    running_build_id: Text
    present_build_id: Text
    is_program: Bool
    is_replaced: Bool
    is_outdated: Bool


class Files(NamedTuple):
    """struct strongupdate_files"""
    pid: Int
    command: Text
    unit: Text
    files: Annotated[Tuple[File, ...], _native.Elements(File, "file_count", "files_file")]
    file_count: Size


TOLD = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_char_p)
ASKED = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p)


class Options(ctypes.Structure):
    """struct strongupdate_options"""
    _fields_ = [("size", ctypes.c_size_t), ("timeout", ctypes.c_double), ("each", ctypes.c_bool),
                ("together", ctypes.c_bool), ("scan_memory", ctypes.c_bool),
                ("when", ctypes.c_void_p), ("when_count", ctypes.c_size_t),
                ("debug_dirs", ctypes.c_void_p), ("debug_dir_count", ctypes.c_size_t),
                ("spec", ctypes.c_char_p), ("no_validate", ctypes.c_bool),
                ("progress", TOLD), ("progress_ctx", ctypes.c_void_p),
                ("note", TOLD), ("note_ctx", ctypes.c_void_p),
                ("is_cancelled", ASKED), ("is_cancelled_ctx", ctypes.c_void_p),
                ("replay", ctypes.c_char_p)]


class Targets(ctypes.Structure):
    """struct strongupdate_targets"""
    _fields_ = [("size", ctypes.c_size_t), ("pids", ctypes.c_void_p),
                ("pid_count", ctypes.c_size_t), ("trees", ctypes.c_void_p),
                ("tree_count", ctypes.c_size_t), ("all", ctypes.c_bool),
                ("except_pids", ctypes.c_void_p), ("except_count", ctypes.c_size_t)]
