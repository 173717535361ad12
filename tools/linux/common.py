# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
What the scripts of this folder share: where the cache is, how they fail, locks,
checksums, and long commands that write to a log and show that they live.

Everything that is large or slow to make is in the cache, outside of the source
tree, so that it survives 'make clean' and serves several trees; see
docs/linux-build.md.  A failure is a Failure with a text for the user.
"""
import contextlib
import fcntl
import hashlib
import os
import signal
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CACHE = os.environ.get("ARMATURE_CACHE") or os.path.expanduser("~/.cache/armature")
NAME = os.path.basename(sys.argv[0]).replace("main.py", "linux")
STEP = 5            # seconds between two lines of progress
TAIL_LINES = 15     # of a log, when a command failed


class Failure(Exception):
    pass


def say(what, text):
    """The short line that stands for a step, as make prints it."""
    print("  %-7s %s" % (what, text), flush=True)


def main(function):
    """Runs a script's main function; a Failure is told without a Python traceback."""
    # As an exception, so that what was started ends too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(function())
    except Failure as e:
        sys.exit("%s: %s" % (NAME, e))
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as e:
        if e.errno is None or not e.filename:
            raise
        sys.exit("%s: %s: %s" % (NAME, e.filename, e.strerror))


def cache(*parts, parent=False):
    """A path in the cache; its folder (parent: the folder it is in) exists afterwards."""
    path = os.path.join(CACHE, *parts)
    folder = os.path.dirname(path) if parent else path
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as e:
        raise Failure("cannot make %s (%s): set ARMATURE_CACHE to a folder that can be "
                      "written and has 8 GB" % (folder, e.strerror))
    return path


@contextlib.contextmanager
def lock(path):
    """Only one process works on PATH, a file or folder in the cache; others wait."""
    with open(path + ".lock", "a") as f:
        try:
            fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("WAIT", "another build works in %s" % path)
            fcntl.flock(f, fcntl.LOCK_EX)
        yield


def read(path):
    with open(path, "rb") as f:
        return f.read()


def write_if_changed(path, data):
    """Keeps the time stamp of a file that is right already; True: it was written."""
    try:
        if read(path) == data:
            return False
    except OSError:
        pass
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path + ".new", "wb") as f:
        f.write(data)
    os.replace(path + ".new", path)
    return True


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as f:
        for block in iter(lambda: f.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def files_below(folder):
    """All files below a folder, as sorted relative paths."""
    found = []
    for where, folders, names in os.walk(folder):
        folders.sort()
        found += [os.path.relpath(os.path.join(where, n), folder) for n in names]
    return sorted(found)


def digest_of(paths, *words):
    """One checksum of files, with their names, and of further words."""
    digest = hashlib.sha256()
    for word in words:
        digest.update(repr(word).encode())
    for path in sorted(paths):
        digest.update(("%s %s\n" % (os.path.relpath(path, ROOT), sha256(path))).encode())
    return digest.hexdigest()


def log_tail(log):
    with open(log, errors="replace") as f:
        lines = f.read().splitlines()
    # In a parallel build the first error is what counts, not the last line.
    errors = [n for n, line in enumerate(lines) if "error:" in line or "*** " in line]
    start = max(0, errors[0] - 3) if errors else max(0, len(lines) - TAIL_LINES)
    return "\n".join("    | " + line for line in lines[start:start + TAIL_LINES])


def run_logged(what, command, log, env=None, cwd=None, count=None, hint=None):
    """
    Runs a long command with its output in a log.  COUNT turns the log's text since
    the last look into a number to show, such as objects built.
    """
    start = shown = time.monotonic()
    total = 0
    os.makedirs(os.path.dirname(log), exist_ok=True)
    with open(log, "wb") as f, open(log, errors="replace") as tail:
        try:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=f,
                                       stderr=subprocess.STDOUT, cwd=cwd, env=env)
        except FileNotFoundError:
            raise Failure("%s is not installed (tools/deps installs what is needed)" % command[0])
        try:
            while True:
                try:
                    status = process.wait(0.2)
                    break
                except subprocess.TimeoutExpired:
                    pass
                now = time.monotonic()
                if now - shown < STEP:
                    continue
                shown = now
                if count:
                    total += count(tail.read())
                say(what, "%d:%02d%s (log: %s)" % ((now - start) // 60, (now - start) % 60,
                    ", %d objects" % total if count else "", log))
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
    if status:
        raise Failure("'%s' failed with status %d.\n%s\n  log: %s%s"
                      % (" ".join(command[:3]) + " ...", status, log_tail(log), log,
                         "\n  " + hint if hint else ""))


def output_of(command, **options):
    """The output of a short command."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, universal_newlines=True, **options)
    except FileNotFoundError:
        raise Failure("%s is not installed (tools/deps installs what is needed)" % command[0])
    if done.returncode:
        raise Failure("'%s' failed: %s" % (" ".join(command), done.stderr.strip()))
    return done.stdout
