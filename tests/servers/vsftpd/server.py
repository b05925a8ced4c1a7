"""vsftpd: starting a server with accounts of its own, and sessions of clients.

vsftpd runs as root in a mount namespace of its own, in which /etc/passwd and the like are files of
the test: no account of the machine is used or changed.  Each connection has a process, or two once
someone has logged in: a privileged one, and one that is chrooted and under seccomp.
"""

import ftplib
import functools
import hashlib
import os
import random
import re
import shutil
import socket
import ssl
import subprocess

from harness.live import Daemon, free_port
from harness.tool import Failure, Skip

FTP, LOCAL = 64101, 64102  # user ids that nobody has
BIG = 48 << 20  # more than the socket buffers of both sides hold
PART = 1 << 20

CONFIG = """listen=YES
listen_address=127.0.0.1
listen_port={port}
background=NO
anonymous_enable=YES
no_anon_password=YES
anon_root={folder}/anonymous
anon_upload_enable=YES
local_enable=YES
chroot_local_user=YES
write_enable=YES
ascii_download_enable=YES
ascii_upload_enable=YES
nopriv_user=nobody
secure_chroot_dir={folder}/empty
pam_service_name=vsftpd
setproctitle_enable=YES
xferlog_enable=NO
"""
SANDBOX = "seccomp_sandbox=YES\n"
TLS = """ssl_enable=YES
allow_anon_ssl=YES
force_local_logins_ssl=NO
force_local_data_ssl=NO
require_ssl_reuse=NO
rsa_cert_file={folder}/certificate
rsa_private_key_file={folder}/key
"""
# The files that the server sees in the place of the machine's.
ETC = {
    "passwd": f"root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/nonexistent:/bin/sh\n"
              f"ftp:x:{FTP}:{FTP}::{{folder}}/anonymous:/bin/sh\n"
              f"local:x:{LOCAL}:{LOCAL}::{{folder}}/home:/bin/sh\n",
    "group": f"root:x:0:\nnogroup:x:65534:\nftp:x:{FTP}:\nlocal:x:{LOCAL}:\n",
    "pam.d": "auth required pam_permit.so\naccount required pam_permit.so\n"
             "session required pam_permit.so\n",
}
START = """set -e
mount --bind "$1/etc/passwd" /etc/passwd
mount --bind "$1/etc/group" /etc/group
mount --bind "$1/etc/pam.d" /etc/pam.d
exec "$2" "$1/conf"
"""


def start(program, folder, tls=False, copied=True):
    """The daemon; `folder` is one that others may enter, and is filled with all that it needs."""
    if os.geteuid() != 0:
        raise Skip("vsftpd changes users and roots: run as root")
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True,
                      check=False).returncode != 0:
        raise Skip("no mount namespace can be had, so the test has no accounts of its own")
    for name in ("etc/pam.d", "empty", "anonymous/upload", "home/upload"):
        os.makedirs(os.path.join(folder, name))
    os.chown(os.path.join(folder, "anonymous", "upload"), FTP, FTP)
    os.chown(os.path.join(folder, "home", "upload"), LOCAL, LOCAL)
    for name, text in ETC.items():
        path = os.path.join(folder, "etc", name if name != "pam.d" else "pam.d/vsftpd")
        write(path, text.format(folder=folder))
    port, config = free_port(), CONFIG + (TLS if tls else SANDBOX)
    write(os.path.join(folder, "conf"), config.format(folder=folder, port=port))
    for place in ("anonymous", "home"):
        write(os.path.join(folder, place, "big"), content(BIG))
    if tls:
        make_certificate(folder)
    if copied:  # so that these processes can be told from those of another run
        program = shutil.copy2(program, os.path.join(folder, "vsftpd"))
    return Daemon(["unshare", "--mount", "--propagation", "private", "sh", "-c", START, "sh",
                   folder, program], port, folder)


def make_certificate(folder):
    done = subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-batch",
                           "-subj", "/CN=localhost", "-days", "2", "-keyout",
                           os.path.join(folder, "key"), "-out",
                           os.path.join(folder, "certificate")], capture_output=True, check=False)
    if done.returncode != 0:
        raise Failure(f"no certificate: {done.stderr[-300:]}")


def write(path, data):
    with open(path, "wb") as file:
        file.write(data if isinstance(data, bytes) else data.encode())


@functools.lru_cache(maxsize=4)
def content(size, seed=1):
    """Text lines, so that the ASCII modes have something to convert; each is its own number."""
    line = "{:08d} " + random.Random(seed).randbytes(24).hex() + "\n"
    return "".join(line.format(number) for number in range(size // 58)).encode()


class Session:
    """One control connection, and at most one transfer on it."""

    def __init__(self, port, user=None, tls=False):
        self.ftp = ftplib.FTP_TLS(context=context()) if tls else ftplib.FTP()
        self.greeting = self.ftp.connect("127.0.0.1", port, timeout=30)
        self.data = self.hash = None
        self.size = 0
        if tls:
            self.ftp.auth()
        if user:
            self.ftp.login(user, "password")
        if tls:
            self.ftp.prot_p()

    def close(self):
        if self.data:
            self.data.close()
        self.ftp.close()

    def say(self, command):
        """The answer to a command, good or bad."""
        self.ftp.putcmd(command)
        return self.ftp.getmultiline()

    def begin(self, command):
        """Starts sending half of a command line."""
        self.ftp.sock.sendall(command)

    # ---- transfers ----

    def start_download(self, ascii_mode):
        self.ftp.voidcmd("TYPE A" if ascii_mode else "TYPE I")
        self.data = self.ftp.transfercmd("RETR big")
        self.hash, self.size = hashlib.sha256(), 0
        self.wanted = content(BIG).replace(b"\n", b"\r\n") if ascii_mode else content(BIG)

    def read(self, limit):
        """Reads so many bytes of the download, or what is left of it."""
        done = 0
        while done < limit:
            piece = self.data.recv(min(65536, limit - done))
            if not piece:
                return False
            self.hash.update(piece)
            done += len(piece)
        self.size += done
        return True

    def finish_download(self):
        while self.read(PART):
            pass
        answer = self._finish()
        if self.hash.digest() != hashlib.sha256(self.wanted).digest():
            raise Failure(f"a downloaded file is not what the server has ({answer!r})")
        return answer

    def start_upload(self, name, path, ascii_mode):
        """Sends the beginning of a file; `path` is where the server puts it."""
        self.ftp.voidcmd("TYPE A" if ascii_mode else "TYPE I")
        self.data = self.ftp.transfercmd(f"STOR {name}")
        self.path, self.size = path, 0
        self.wanted = content(BIG // 3, seed=len(name))
        self.sent = self.wanted.replace(b"\n", b"\r\n") if ascii_mode else self.wanted

    def send(self, limit):
        piece = self.sent[self.size:self.size + limit]
        self.data.sendall(piece)
        self.size += len(piece)
        return bool(piece)

    def finish_upload(self):
        while self.send(PART):
            pass
        answer = self._finish()
        with open(self.path, "rb") as file:
            if file.read() != self.wanted:
                raise Failure(f"an uploaded file is not what was sent ({answer!r})")
        return answer

    def _finish(self):
        if isinstance(self.data, ssl.SSLSocket):
            self.data.unwrap()
        self.data.close()
        self.data = None
        answer = self.ftp.getmultiline()
        if not answer.startswith("226"):
            raise Failure(f"the transfer ended with {answer!r}")
        return answer

    def passive_port(self):
        """The port that the privileged process has chosen."""
        answer = self.say("PASV")
        found = re.search(r"(\d+),(\d+)\)", answer)
        if not found:
            raise Failure(f"PASV: {answer!r}")
        port = int(found[1]) * 256 + int(found[2])
        socket.create_connection(("127.0.0.1", port), timeout=10).close()
        return port


def context():
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    return made
