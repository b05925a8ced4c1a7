"""A program under ptrace: breakpoints, registers, memory. For tests/lockstep and
tests/every-checkpoint.

The program runs at fixed addresses (ADDR_NO_RANDOMIZE), so that two runs can be compared.
"""

import ctypes
import os
import resource
import signal

libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
libc.ptrace.restype = ctypes.c_long

TRACEME, CONT, SINGLESTEP, GETREGS, SETREGS, ATTACH, DETACH = 0, 7, 9, 12, 13, 16, 17
ADDR_NO_RANDOMIZE = 0x0040000
LONGEST = 20  # seconds of processor time: a program that went wrong may not end
NAMES = ("r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss "
         "fs_base gs_base ds es fs gs").split()


class Registers(ctypes.Structure):
    """struct user_regs_struct"""

    _fields_ = [(name, ctypes.c_uint64) for name in NAMES]


class Ended(Exception):
    """The program has ended; `status` is what waitpid() said."""

    def __init__(self, status):
        super().__init__(f"status {status:#x}")
        self.status = status


class Tracee:
    """One process; `output` is its standard output's descriptor."""

    def __init__(self, program, *args):
        self.output, write_end = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.dup2(write_end, 1)
            null = os.open(os.devnull, os.O_RDWR)
            os.dup2(null, 0)
            resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST))
            libc.personality(ADDR_NO_RANDOMIZE)
            libc.ptrace(TRACEME, 0, None, None)
            try:
                os.execve(program, [program, *args], {})
            finally:
                os._exit(126)
        os.close(write_end)
        self.saved = {}  # address -> the byte under a breakpoint
        self.wait()

    def ptrace(self, request, address=None, data=None):
        if libc.ptrace(request, self.pid, address, data) < 0:
            raise OSError(ctypes.get_errno(), f"ptrace({request})")

    def wait(self):
        """The signal that it has stopped with."""
        _, status = os.waitpid(self.pid, 0)
        if not os.WIFSTOPPED(status):
            self.pid = 0
            raise Ended(status)
        return os.WSTOPSIG(status)

    def registers(self):
        registers = Registers()
        self.ptrace(GETREGS, None, ctypes.cast(ctypes.byref(registers), ctypes.c_void_p))
        return registers

    def set_registers(self, registers):
        self.ptrace(SETREGS, None, ctypes.cast(ctypes.byref(registers), ctypes.c_void_p))

    def read(self, address, size):
        with open(f"/proc/{self.pid}/mem", "rb", buffering=0) as memory:
            memory.seek(address)
            return memory.read(size)

    def write(self, address, data):
        with open(f"/proc/{self.pid}/mem", "wb", buffering=0) as memory:
            memory.seek(address)
            memory.write(data)

    def maps(self):
        """(start, end, permissions, name) of each mapping."""
        found = []
        with open(f"/proc/{self.pid}/maps", encoding="utf-8") as file:
            for line in file:
                words = line.split()
                start, end = (int(word, 16) for word in words[0].split("-"))
                found.append((start, end, words[1], words[5] if len(words) > 5 else ""))
        return found

    def base(self):
        """Where the program itself is mapped."""
        program = os.readlink(f"/proc/{self.pid}/exe")
        return next(start for start, _, _, name in self.maps() if name == program)

    def registry(self):
        """Where the patch stands in the process: it begins with its registry."""
        return next(start for start, _, permissions, _ in self.maps()
                    if permissions.startswith("r") and self.read(start, 8) == b"SUREGIS\0")

    def set_break(self, address):
        if address not in self.saved:
            self.saved[address] = self.read(address, 1)
            self.write(address, b"\xcc")

    def clear_breaks(self):
        for address, byte in self.saved.items():
            self.write(address, byte)
        self.saved.clear()

    def go(self):
        """Runs to the next breakpoint and returns its address; the program counter is there."""
        registers = self.registers()
        if registers.rip in self.saved:
            self.write(registers.rip, self.saved[registers.rip])
            self.ptrace(SINGLESTEP)
            self.wait()
            self.write(registers.rip, b"\xcc")
            if self.registers().rip in self.saved:
                return self.registers().rip
        deliver = 0
        while True:
            self.ptrace(CONT, None, deliver)
            number = self.wait()
            if number == signal.SIGTRAP:
                registers = self.registers()
                if registers.rip - 1 in self.saved:
                    registers.rip -= 1
                    self.set_registers(registers)
                    return registers.rip
            deliver = number if number not in (signal.SIGTRAP, signal.SIGSTOP,
                                               signal.SIGCONT) else 0

    def leave_stopped(self):
        """Lets go of it; it stays where it is, stopped by SIGSTOP."""
        self.clear_breaks()
        self.ptrace(DETACH, None, signal.SIGSTOP)

    def attach(self):
        """Takes it up again after leave_stopped()."""
        self.ptrace(ATTACH)
        self.wait()
        os.kill(self.pid, signal.SIGCONT)

    def finish(self):
        """Runs to the end: (output, status)."""
        self.clear_breaks()
        try:
            while True:
                self.ptrace(CONT, None, 0)
                number = self.wait()
                if number not in (signal.SIGTRAP, signal.SIGSTOP, signal.SIGCONT):
                    raise Ended(number << 8 | 0x7f)
        except Ended as end:
            status = end.status
        return self.rest(), status

    def rest(self):
        """What it has written; the program has ended or been killed."""
        self.kill()
        if self.output is None:
            return ""
        with os.fdopen(self.output, "rb") as output:
            self.output = None
            return output.read().decode(errors="replace")

    def kill(self):
        try:
            if self.pid:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
        self.pid = 0
