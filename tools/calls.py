#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
Makes what follows from the list of kernel calls, include/l4/syscalls.def:

  calls.py --stubs FILE   user stubs, l4_NAME(), one svc each
  calls.py --numbers FILE L4_NR_ numbers, for C and assembly
  calls.py --doc FILE     the call reference, docs/calls.md
  calls.py --check FILE   fails if FILE is not what --doc would write

The list is read strictly: what is not understood is an error with its line.
The kernel's own table is not made here; it includes the list itself.  The
message calls have too many registers for a generated stub: user/lib has them.
"""
import argparse
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MAX_INPUTS = 7          # r0 to r6
MAX_OUTPUTS = 6         # r1 to r6

# The message calls, and which halves of a message each has: (sends, receives).
MESSAGE_CALLS = {"call": (True, True), "send": (True, False), "recv": (False, True),
                 "reply_recv": (True, True)}

GROUPS = {"ipc": "IPC and notification", "thread": "Threads", "cell": "Cells",
          "space": "Spaces", "section": "Sections and frames", "cap": "Capabilities",
          "irq": "Interrupts", "guest": "Guests", "system": "System"}

STUB_HEAD = """\
/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Made by tools/calls.py from include/l4/syscalls.def: do not edit.
 *
 * One function a call.  It returns enum l4_error or more; further outputs go
 * to pointers, which may be NULL.  A call may advance its argument registers,
 * so they count as changed.  call, send, recv and reply_recv are not here.
 */
"""


class ListError(Exception):
    pass


class Call:
    def __init__(self, number, line, name, group, ins, outs, errors, text):
        self.number, self.line, self.name, self.group = number, line, name, group
        self.ins, self.outs, self.errors, self.text = ins, outs, errors, text

    def prototype(self):
        args = ["l4_word %s" % a for a in self.ins] + ["l4_word *%s" % o for o in self.outs]
        return "int l4_%s(%s)" % (self.name, ", ".join(args) or "void")


def strip_comments(text):
    """Comments become blanks, so that line numbers stay."""
    return re.sub(r"/\*.*?\*/", lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.S)


def read_errors(path):
    """enum l4_error in order: [(name without L4_, value, meaning)], success excluded."""
    with open(path) as f:
        found = re.findall(r"^\s*L4_(E[A-Z]+)\s*=\s*(-\d+),?\s*/\*\s*(.*?)\s*\*/", f.read(), re.M)
    errors = [(name, int(value), text) for name, value, text in found if name != "ELAST"]
    if not errors:
        raise ListError("%s: no 'L4_E... = -n, /* meaning */' lines found" % path)
    return errors


ENTRY = re.compile(r"""\s*L4_SYSCALL\s*\(\s*
    (?P<name>\w+)\s*,\s*(?P<group>\w+)\s*,\s*
    \((?P<ins>[^()]*)\)\s*,\s*\((?P<outs>[^()]*)\)\s*,\s*
    (?P<errors>"[^"\n]*")\s*,\s*(?P<text>(?:"[^"\n]*"\s*)+)\)""", re.X)


def names_of(text, what, where):
    names = [n.strip() for n in text.split(",")] if text.strip() else []
    for n in names:
        if not re.fullmatch(r"[a-z_][a-z0-9_]*", n):
            raise ListError("%s: '%s' is no name for an %s" % (where, n, what))
    if len(set(names)) != len(names):
        raise ListError("%s: an %s is named twice" % (where, what))
    return names


def check_call(call, where, known_errors):
    if call.group not in GROUPS:
        raise ListError("%s: group '%s' is not one of %s" % (where, call.group, " ".join(GROUPS)))
    if len(call.ins) > MAX_INPUTS:
        raise ListError("%s: %s has more than %d inputs" % (where, call.name, MAX_INPUTS))
    if len(call.outs) > MAX_OUTPUTS:
        raise ListError("%s: %s has more than %d outputs" % (where, call.name, MAX_OUTPUTS))
    if call.name not in MESSAGE_CALLS and set(call.ins) & set(call.outs):
        raise ListError("%s: %s has an output named like an input" % (where, call.name))
    for e in call.errors:
        if e not in known_errors:
            raise ListError("%s: error '%s' is not in include/l4/error.h" % (where, e))
    if len(set(call.errors)) != len(call.errors):
        raise ListError("%s: %s lists an error twice" % (where, call.name))
    if not call.text.endswith("."):
        raise ListError("%s: the text of %s does not end with a period" % (where, call.name))


def read_calls(path, errors):
    with open(path) as f:
        text = strip_comments(f.read())
    known = {name for name, _, _ in errors}
    calls, seen, pos = [], {}, 0
    while text[pos:].strip():
        start = pos + len(text[pos:]) - len(text[pos:].lstrip())
        line = text.count("\n", 0, start) + 1
        where = "%s:%d" % (os.path.relpath(path, ROOT), line)
        m = ENTRY.match(text, pos)
        if not m:
            raise ListError('%s: expected L4_SYSCALL(name, group, (inputs), (outputs), "errors", '
                            '"text"), found: %.50s' % (where, text[start:].split("\n")[0]))
        call = Call(len(calls), line, m["name"], m["group"], names_of(m["ins"], "input", where),
                    names_of(m["outs"], "output", where), m["errors"].strip('"').split(),
                    "".join(re.findall(r'"([^"]*)"', m["text"])))
        if call.name in seen:
            raise ListError("%s: %s is already at line %d" % (where, call.name, seen[call.name]))
        check_call(call, where, known)
        seen[call.name] = line
        calls.append(call)
        pos = m.end()
    for name in MESSAGE_CALLS:
        if name not in seen:
            raise ListError("%s: the message call '%s' is missing" % (path, name))
    return calls


def stub(call):
    """The C text of one stub."""
    used = max(len(call.ins), len(call.outs) + 1)
    lines = []
    if call.errors:
        lines.append("__attribute__((warn_unused_result))")
    lines += ["static inline " + call.prototype(), "{"]
    for i in range(used):
        init = " = %s" % call.ins[i] if i < len(call.ins) else ""
        lines.append('\tregister l4_word l4_r%d __asm__("r%d")%s;' % (i, i, init))
    lines.append('\tregister l4_word l4_nr __asm__("r12") = L4_NR_%s;' % call.name)
    ops = ", ".join('"%sr"(l4_r%d)' % ("+" if i < len(call.ins) else "=", i) for i in range(used))
    lines += ["", '\t__asm__ volatile("svc #0" : %s' % ops, '\t\t: "r"(l4_nr) : "memory");']
    for i, out in enumerate(call.outs):
        lines += ["\tif (%s)" % out, "\t\t*%s = l4_r%d;" % (out, i + 1)]
    lines += ["\treturn (int)l4_r0;", "}"]
    return "\n".join(lines)


def make_stubs(calls, _errors):
    body = [STUB_HEAD + "#ifndef L4_STUBS_H\n#define L4_STUBS_H\n\n"
            "#include <l4/abi.h>\n#include <l4/callnr.h>\n"]
    body += [stub(c) + "\n" for c in calls if c.name not in MESSAGE_CALLS]
    return "\n".join(body) + "\n#endif\n"


def make_numbers(calls, _errors):
    lines = ["/* SPDX-License-Identifier: BSD-2-Clause */", "/* Copyright the Armature authors */",
             "/* Made by tools/calls.py from include/l4/syscalls.def: do not edit. */",
             "#ifndef L4_CALLNR_H", "#define L4_CALLNR_H", ""]
    lines += ["#define L4_NR_%s\t%d" % (c.name, c.number) for c in calls]
    lines += ["#define L4_NR_COUNT\t%d" % len(calls), "", "#endif", ""]
    return "\n".join(lines)


def registers(call):
    """Rows of the register table: (register, in, out)."""
    ins = {i: "`%s`" % a for i, a in enumerate(call.ins)}
    outs = {0: "result"}
    if call.name in MESSAGE_CALLS:
        return message_registers(call, ins)
    outs.update({i + 1: "`%s`" % o for i, o in enumerate(call.outs)})
    return [("r%d" % i, ins.get(i, ""), outs.get(i, ""))
            for i in range(max([0] + list(ins) + list(outs)) + 1)]


def message_registers(call, ins):
    sends, receives = MESSAGE_CALLS[call.name]
    rows = [("r0", ins.get(0, ""), "result"),
            ("r1", "`tag`" if sends else "", "`tag`" if receives else ""),
            ("r2-r9", "words 0-7" if sends else "", "words 0-7" if receives else ""),
            ("r10", "timeout in µs", "`badge`" if receives else ""),
            ("r11", "first slot for received capabilities" if receives else "", "")]
    return [r for r in rows if r[1] or r[2]]


DOC_HEAD = """\
# The kernel's calls

Made by `make docs` from `include/l4/syscalls.def` and `include/l4/error.h`; do not edit.

A call is `svc #0` with its number in r12 and its arguments from r0 upwards. The result is in r0:
0 or more is success, a negative number is one of the [errors](#errors). A call that answers with
an error has changed nothing, unless its text says what was done. Registers that a table does not
name as an output keep their value, except that a preemptible call advances its own arguments.
`cell` and `vcpu` may be 0: the caller's own. An argument that ends in `_slot` names an empty slot
of the caller's table, which the call fills. Constants and structures are in `include/l4/abi.h` and `include/l4/vcpu.h`.

In C each call is `l4_NAME()` in `<l4/stubs.h>`; outputs go to pointers, which may be NULL. Only
call, send, recv and reply_recv are not there: `<l4x/ipc.h>` has them, with a `struct l4_message`.
"""


def doc_call(call):
    lines = ["### %s" % call.name, "", "Number %d. %s" % (call.number, call.text), "",
             "| register | in | out |", "|---|---|---|"]
    lines += ["| %s | %s | %s |" % row for row in registers(call)]
    lines.append("")
    errors = ", ".join("`L4_%s`" % e for e in call.errors)
    lines += ["Errors: %s." % (errors or "none"), ""]
    return lines


def make_doc(calls, errors):
    lines = [DOC_HEAD, "| group | calls |", "|---|---|"]
    for group, title in GROUPS.items():
        links = ", ".join("[%s](#%s)" % (c.name, c.name) for c in calls if c.group == group)
        lines.append("| %s | %s |" % (title, links))
    for group, title in GROUPS.items():
        lines += ["", "## %s" % title, ""]
        for call in (c for c in calls if c.group == group):
            lines += doc_call(call)
        lines.pop()
    lines += ["", "## Errors", "", "| error | value | meaning | calls |", "|---|---|---|---|"]
    for name, value, text in errors:
        users = ", ".join(c.name for c in calls if name in c.errors)
        lines.append("| `L4_%s` | %d | %s | %s |" % (name, value, text, users or "any"))
    return "\n".join(lines) + "\n"


def write_if_changed(path, text):
    try:
        with open(path) as f:
            if f.read() == text:
                os.utime(path)
                return
    except FileNotFoundError:
        pass
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path + ".tmp", "w") as f:
        f.write(text)
    os.replace(path + ".tmp", path)


def check_doc(path, text):
    try:
        with open(path) as f:
            current = f.read() == text
    except FileNotFoundError:
        current = False
    if not current:
        sys.exit("%s is not current: run 'make docs' and commit it" % path)


def main():
    parser = argparse.ArgumentParser(description="Makes stubs, numbers and reference of the calls.")
    parser.add_argument("--def", dest="list", default=os.path.join(ROOT, "include/l4/syscalls.def"))
    parser.add_argument("--errors", default=os.path.join(ROOT, "include/l4/error.h"))
    for option in ("--stubs", "--numbers", "--doc", "--check"):
        parser.add_argument(option, metavar="FILE")
    args = parser.parse_args()
    try:
        errors = read_errors(args.errors)
        calls = read_calls(args.list, errors)
    except (OSError, ListError) as e:
        sys.exit("calls.py: %s" % e)
    for path, make in ((args.stubs, make_stubs), (args.numbers, make_numbers),
                       (args.doc, make_doc)):
        if path:
            write_if_changed(path, make(calls, errors))
    if args.check:
        check_doc(args.check, make_doc(calls, errors))


if __name__ == "__main__":
    main()
