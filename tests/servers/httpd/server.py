"""httpd (Debian's apache2): starting a parent with children of one of its three models (MPMs)."""

import os
import sys

from harness import live, web

MPMS = ("event", "worker", "prefork")
LIMITS = {
    # The model event closes kept connections when all of its threads are busy.
    "event": "StartServers 2\nServerLimit 2\nThreadsPerChild 32\nMaxRequestWorkers 64\n"
             "MinSpareThreads 1\nMaxSpareThreads 64",
    "worker": "StartServers 2\nServerLimit 2\nThreadsPerChild 32\nMaxRequestWorkers 64\n"
              "MinSpareThreads 1\nMaxSpareThreads 64",
    "prefork": "StartServers 40\nServerLimit 60\nMaxRequestWorkers 60\nMinSpareServers 1\n"
               "MaxSpareServers 60",
}
MODULES = {
    "rewrite_module": "modules/mappers/mod_rewrite.so",
    "authz_core_module": "modules/aaa/mod_authz_core.so",
    "mime_module": "modules/http/mod_mime.so",
    "dav_module": "modules/dav/main/mod_dav.so",
    "dav_fs_module": "modules/dav/fs/mod_dav_fs.so",
}
CONFIG = """ServerRoot {folder}
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/httpd.pid
DefaultRuntimeDir {folder}
Mutex default:{folder}
ErrorLog {folder}/error.log
LogLevel info
LoadModule mpm_{mpm}_module {build}/server/mpm/{mpm}/mod_mpm_{mpm}.so
{modules}
{user}
{limits}
ListenBacklog 511
Timeout 600
KeepAliveTimeout 600
MaxKeepAliveRequests 0
MaxConnectionsPerChild 0
TypesConfig /dev/null
DocumentRoot {folder}/files
DavLockDB {folder}/files/put/lock
<Directory {folder}/files>
    Require all granted
    Options FollowSymLinks
</Directory>
<Directory {folder}/files/put>
    Dav On
    <Limit PUT>
        Require all granted
    </Limit>
</Directory>
RewriteEngine On
RewriteMap answers "prg:{python} {answers} {folder}/files"
RewriteRule ^/mapped/(.*)$ /${{answers:$1}}
RewriteRule ^/other/(.*)$ /$1
"""


def start(build, folder, mpm, port=None):
    """A server of that build; its files are those of `web.write_files`."""
    port, path = port or live.free_port(), os.path.join(folder, "httpd.conf")
    web.write_files(os.path.join(folder, "files"))
    user = "User nobody\nGroup nogroup" if os.geteuid() == 0 else ""
    modules = "\n".join(f"LoadModule {name} {build}/{file}" for name, file in MODULES.items())
    answers = os.path.join(os.path.dirname(os.path.abspath(__file__)), "answers.py")
    with open(path, "w", encoding="utf-8") as file:
        file.write(CONFIG.format(folder=folder, port=port, mpm=mpm, build=build, user=user,
                                 modules=modules, limits=LIMITS[mpm], python=sys.executable,
                                 answers=answers))
    return live.Daemon([os.path.join(build, "apache2"), "-DFOREGROUND", "-f", path], port, folder)
