# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
'make bench-compare A=before.json B=after.json': two results side by side.  A row
that lost more than its threshold is a failure.  Where both have the same Linux the
guest's figures are compared; else the ratios, which a new Linux moves less.
"""
import json

from common import Failure


def load(path):
    try:
        with open(path) as f:
            result = json.load(f)
        return {r["name"]: r for r in result["rows"]}, result
    except OSError as e:
        raise Failure("%s: %s; 'make bench B=linux' writes one" % (path, e.strerror))
    except (ValueError, KeyError, TypeError):
        raise Failure("%s is no result of the Linux bench" % path)


def same_linux(a, b):
    sides = set(a.get("linux", {})) & set(b.get("linux", {}))
    return "guest" in sides and all(a["linux"][s] == b["linux"][s] for s in sides)


def loss(before, after, key):
    """Percent that the later row is worse."""
    change = after[key] / before[key]
    return 100 * (change - 1 if before["better"] == "less" else 1 / change - 1)


KEPT = ("name", "unit", "better", "native", "guest", "ratio", "noise")


def keep(options):
    """What a result is held to later on: its figures, and which kernels gave them."""
    table, result = load(options.result)
    kept = {"selection": result["selection"], "linux": result["linux"],
            "rows": [{k: r[k] for k in KEPT} for r in table.values()]}
    with open(options.reference, "w") as f:
        f.write(json.dumps(kept, indent=1) + "\n")
    return 0


def run(options):
    before, a = load(options.before)
    after, b = load(options.after)
    key = "guest" if same_linux(a, b) else "ratio"
    common = [n for n in before if n in after]
    if not common:
        raise Failure("%s and %s have no row in common" % (options.before, options.after))
    if key == "ratio":
        print("The two have different kernels: ratios are compared.\n")
    print("| | %s, A | %s, B | worse by % % | threshold |\n|---|---|---|---|---|".replace(
        "% %", "%%") % (key, key))
    lost = []
    for name in common:
        percent = loss(before[name], after[name], key)
        limit = before[name]["noise"] * (1 if key == "guest" else 2)
        bad = percent > limit
        print("| %s | %.5g | %.5g | %s%+.2f%s | %.1f |" % (
            name, before[name][key], after[name][key], "**" if bad else "", percent,
            "**" if bad else "", limit))
        lost += [name] if bad else []
    missing = [n for n in before if n not in after]
    wrong = ["worse than before: " + ", ".join(lost)] if lost else []
    if missing and not options.subset:
        wrong.append("not in B: %s (SUBSET=1: may be so)" % ", ".join(missing))
    if wrong:
        raise Failure("; ".join(wrong))
    return 0
