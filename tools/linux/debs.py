# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
Fetches Debian packages, of any suite and for armhf, without touching the
machine's own apt: a private configuration, with its own lists and no installed
packages, in the cache.  The mirror's address and the keys are those of the
machine's own sources; signatures and checksums are apt's business.
"""
import glob
import os
import re
import subprocess
import tempfile

from common import (CACHE, Failure, cache, lock, log_tail, output_of, read, say, sha256,
                    write_if_changed)

DEBIAN_SUITE = re.compile(r"^(old)*(stable|testing|unstable|sid|bullseye|bookworm|trixie|forky)"
                          r"(-updates|-security|-backports|-proposed-updates|/updates)?$")
CONFIG = """\
Dir::State "{0}/state";
Dir::State::lists "{0}/lists";
Dir::State::status "{0}/status";
Dir::Cache "{0}/cache";
Dir::Etc::sourcelist "{0}/sources.list";
Dir::Etc::sourceparts "{0}/none";
Dir::Etc::preferences "{0}/none";
Dir::Etc::preferencesparts "{0}/none";
APT::Architecture "{1}";
#clear APT::Architectures;
APT::Architectures {{ "{1}"; }};
APT::Sandbox::User "";
Acquire::Languages "none";
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
#clear Acquire::IndexTargets::deb::DEP-11;
#clear Acquire::IndexTargets::deb::DEP-11-icons-small;
#clear Acquire::IndexTargets::deb::DEP-11-icons;
"""


def parse_line(line):
    """deb [options] URI SUITE COMPONENT... -> the same fields as of a deb822 entry"""
    m = re.match(r"deb\s+(?:\[(.*?)\]\s+)?(\S+)\s+(\S+)\s+(.*)", line)
    if not m:
        return None
    options = dict(o.split("=", 1) for o in (m[1] or "").split() if "=" in o)
    return {"types": "deb", "uris": m[2], "suites": m[3], "components": m[4],
            "signed-by": options.get("signed-by", "")}


def parse_deb822(text):
    entries, key = [], None
    for paragraph in re.split(r"\n\s*\n", text):
        entry = {}
        for line in paragraph.splitlines():
            if line.startswith("#") or not line.strip():
                continue
            if line[0] in " \t":
                # An embedded key keeps its lines; it is not looked at here.
                entry[key] = entry.get(key, "") + "\n" + line
            else:
                key, _, value = line.partition(":")
                key = key.strip().lower()
                entry[key] = value.strip()
        if entry and entry.get("enabled", "yes") != "no":
            entries.append(entry)
    return entries


def machine_sources():
    """The entries of the machine's own apt sources."""
    dirs = dict(re.findall(r"(\w+)='(.*)'", output_of(
        ["apt-config", "shell", "one", "Dir::Etc::sourcelist/f",
         "parts", "Dir::Etc::sourceparts/d"])))
    entries = []
    for path in [dirs["one"]] + sorted(glob.glob(os.path.join(dirs["parts"], "*"))):
        if not os.path.isfile(path):
            continue
        with open(path, errors="replace") as f:
            text = f.read()
        if path.endswith(".sources"):
            entries += parse_deb822(text)
        elif path.endswith(".list"):
            entries += filter(None, map(parse_line, text.splitlines()))
    return entries


def proxy():
    """Of the machine's apt, for programs that do not ask apt; '' if it has none."""
    text = output_of(["apt-config", "shell", "proxy", "Acquire::http::Proxy"])
    found = re.search(r"proxy='(.*)'", text)
    return found[1] if found and found[1] != "DIRECT" else ""


def mirrors():
    """(main, security): each (URI, signed-by), or None where the machine has none."""
    found = {False: None, True: None}
    for e in machine_sources():
        suites = e.get("suites", "").split()
        if ("deb" not in e.get("types", "").split() or not suites or not e.get("uris") or
                "main" not in e.get("components", "").split() or
                not all(DEBIAN_SUITE.match(s) for s in suites)):
            continue
        for suite in suites:
            security = suite.endswith("-security") or suite.endswith("/updates")
            found[security] = found[security] or (e["uris"].split()[0], e.get("signed-by", ""))
    if not found[False]:
        raise Failure("no Debian mirror in this machine's apt sources: add one "
                      "(deb, main) to /etc/apt/sources.list")
    return found[False], found[True]


def source_lines(suites, component="main"):
    main, security = mirrors()
    lines = []
    for suite in suites:
        mirror = security if suite.endswith("-security") else main
        if not mirror:
            say("APT", "no mirror of %s is known here: without it" % suite)
            continue
        uri, signed = mirror
        # A key that stands in the sources file itself has no path to name.
        option = "[signed-by=%s] " % signed if signed.startswith("/") else ""
        lines.append("deb %s%s %s %s\n" % (option, uri, suite, component))
    return "".join(lines)


def run_apt(log, *arguments, cwd=None):
    with open(log, "wb") as f:
        return subprocess.run(arguments, stdin=subprocess.DEVNULL, stdout=f,
                              stderr=subprocess.STDOUT, cwd=cwd).returncode


class Apt:
    """
    A private apt for some suites, such as bookworm,bookworm-security, one architecture,
    and one component.
    """

    def __init__(self, suites, arch, component="main"):
        self.suites, self.arch, self.complaint = suites, arch, ""
        self.component = component
        self.folder = cache("apt", "%s-%s%s" % (
            suites[0], arch, "-" + component if component != "main" else ""))
        self.log = os.path.join(self.folder, "apt.log")
        self.update_log = os.path.join(self.folder, "update.log")
        self.config = os.path.join(self.folder, "apt.conf")
        for sub in ("state", "lists/partial", "cache/archives/partial", "none"):
            os.makedirs(os.path.join(self.folder, sub), exist_ok=True)
        with open(os.path.join(self.folder, "status"), "a"):
            pass
        with open(self.config, "w") as f:
            f.write(CONFIG.format(self.folder, arch))

    def update(self):
        """Part of the suites may be unreachable: whether that matters shows later."""
        with open(os.path.join(self.folder, "sources.list"), "w") as f:
            f.write(source_lines(self.suites, self.component))
        say("APT", "update for %s (%s)" % (" ".join(self.suites), self.arch))
        if run_apt(self.update_log, "apt-get", "-c", self.config, "-qq",
                   "-o", "APT::Update::Error-Mode=any", "update"):
            self.complaint = "\n  apt-get update said:\n%s\n  log: %s" % (
                log_tail(self.update_log), self.update_log)

    def versions(self, package):
        """What the mirror has, newest first."""
        found = []
        for line in output_of(["apt-cache", "-c", self.config, "madison", package]).splitlines():
            version = line.split("|")[1].strip()
            if version not in found:
                found.append(version)
        if not found:
            raise Failure("the mirror has no %s in %s, or there is no network%s"
                          % (package, " ".join(self.suites), self.complaint))
        if self.complaint:
            say("NOTE", "not all suites could be read, see %s" % self.update_log)
        return found

    def download(self, package, version):
        """Elsewhere first: apt writes under the final name, and may be ended in the middle."""
        folder, name = cache("debs"), "%s=%s" % (package, version)
        say("FETCH", name)
        with tempfile.TemporaryDirectory(dir=folder, prefix="partial-") as partial:
            if run_apt(self.log, "apt-get", "-c", self.config, "-qq", "download", name,
                       cwd=partial):
                raise Failure("cannot fetch %s\n%s\n  log: %s"
                              % (name, log_tail(self.log), self.log))
            for deb in os.listdir(partial):
                os.replace(os.path.join(partial, deb), os.path.join(folder, deb))
        return cached_deb(package, version)


def cached_deb(package, version):
    # apt writes the colon of an epoch as %3a
    found = glob.glob(os.path.join(CACHE, "debs", "%s_%s_*.deb"
                                   % (package, version.replace(":", "%3a"))))
    return found[0] if found else None


def find(package, suites, tested, arch, component):
    """Version and file: tested, else what was taken for it before, else the mirror's newest."""
    choice = os.path.join(cache("debs"), package + ".taken")
    deb = cached_deb(package, tested)
    if deb:
        return tested, deb
    if os.path.exists(choice):
        for_tested, taken = read(choice).decode().split()
        deb = for_tested == tested and cached_deb(package, taken)
        if deb:
            return taken, deb
    apt = Apt(suites, arch or output_of(["dpkg", "--print-architecture"]).strip(), component)
    apt.update()
    there = apt.versions(package)
    version = tested if tested in there else there[0]
    deb = cached_deb(package, version) or apt.download(package, version)
    write_if_changed(choice, ("%s %s\n" % (tested, version)).encode())
    return version, deb


def fetch(package, suites, tested, checksum=None, arch=None, component="main"):
    """Version and .deb of a package (ARCH: default the machine's), from cache or mirror."""
    with lock(cache("apt", suites[0], parent=True)):
        version, deb = find(package, suites, tested, arch, component)
    if tested != "-" and version != tested:
        say("NOTE", "%s %s is taken: %s was tested, which the mirror has no more"
            % (package, version, tested))
    elif checksum and sha256(deb) != checksum:
        raise Failure("%s is not the file that was tested: its SHA-256 differs from the one in "
                      "shim/versions.\n  Remove it and try again; should that not help, do not "
                      "trust it." % deb)
    return version, deb
