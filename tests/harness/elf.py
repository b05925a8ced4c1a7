"""As much of ELF-64 as the checks need: segments and the build-id of a file.

Source: System V gABI.  Only for files which this test suite compiled itself.
"""

import struct

PT_LOAD, PT_NOTE, PF_X, NT_GNU_BUILD_ID = 1, 4, 1, 3


def segments(data):
    """(type, flags, offset, vaddr, file size, memory size) of each program header."""
    (phoff,) = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    for index in range(count):
        kind, flags, off, vaddr, _, filesz, memsz, _ = struct.unpack_from(
            "<IIQQQQQQ", data, phoff + index * size)
        yield kind, flags, off, vaddr, filesz, memsz


def build_id(path):
    """The build-id in hexadecimal, or None."""
    with open(path, "rb") as file:
        data = file.read()
    for kind, _, off, _, filesz, _ in segments(data):
        if kind != PT_NOTE:
            continue
        end = off + filesz
        while off + 12 <= end:
            namesz, descsz, note = struct.unpack_from("<III", data, off)
            desc = off + 12 + (namesz + 3) // 4 * 4
            if note == NT_GNU_BUILD_ID and data[off + 12:off + 16] == b"GNU\0":
                return data[desc:desc + descsz].hex()
            off = desc + (descsz + 3) // 4 * 4
    return None


def code(path):
    """(vaddr, bytes) of each executable segment."""
    with open(path, "rb") as file:
        data = file.read()
    return [(vaddr, data[off:off + filesz])
            for kind, flags, off, vaddr, filesz, _ in segments(data)
            if kind == PT_LOAD and flags & PF_X]


def is_pie(path):
    with open(path, "rb") as file:
        return struct.unpack_from("<H", file.read(18), 16)[0] == 3
