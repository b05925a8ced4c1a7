"""nginx: starting a master with workers that belong to another user."""

import os

from harness import live, web

WORKERS = 2
CONFIG = """daemon off;
{user}
worker_processes {workers};
error_log {folder}/error.log notice;
pid {folder}/nginx.pid;
lock_file {folder}/nginx.lock;
events {{ worker_connections 512; }}
http {{
    access_log off;
    keepalive_timeout 600s;
    keepalive_requests 100000000;
    client_max_body_size 100m;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} reuseport;
        add_header X-Worker $pid;
        root {folder}/files;
        location /put/ {{ dav_methods PUT; }}
        location = /status {{ stub_status; }}
    }}
}}
"""


def start(build, folder, port=None, workers=WORKERS):
    """A server of that build; its files are those of `web.write_files`."""
    port, path = port or live.free_port(), os.path.join(folder, "nginx.conf")
    web.write_files(os.path.join(folder, "files"))
    user = "user nobody nogroup;" if os.geteuid() == 0 else ""
    with open(path, "w", encoding="utf-8") as file:
        file.write(CONFIG.format(port=port, folder=folder, user=user, workers=workers))
    return live.Daemon([os.path.join(build, "objs", "nginx"), "-e", "stderr", "-p", folder,
                        "-c", path], port, folder)
