#!/usr/bin/env python3
"""A program for mod_rewrite's RewriteMap: gives each name back, and `slow-NAME` in two halves.

Between the halves of a slow answer it waits for a file NAME.go.

usage: answers.py FOLDER
"""

import os
import sys
import time


def main():
    while True:
        name = sys.stdin.buffer.readline()
        if not name:
            return
        if name.startswith(b"slow-"):
            name = name[len(b"slow-"):]
            sys.stdout.buffer.write(name[:3])
            sys.stdout.buffer.flush()
            go = os.path.join(sys.argv[1], os.fsdecode(name.strip()) + ".go")
            while not os.path.exists(go):
                time.sleep(0.01)
            name = name[3:]
        sys.stdout.buffer.write(name)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
