# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""What a result file says, as a table for people."""
import math

GEOMEAN_MUST, GEOMEAN_AIM = 1.30, 1.12


def cost(row):
    """Above 1 the guest is slower, whether a row counts instructions or what is done."""
    return row["ratio"] if row["better"] == "less" else 1 / row["ratio"]


def geomean(rows):
    return round(math.exp(sum(math.log(cost(r)) for r in rows) / len(rows)), 4)


def reaches(row, what):
    """None: nothing is asked of this row.  An aim is reached when it is in two digits."""
    if row[what] is None:
        return None
    slack = 0.005 if what == "aim" else 0
    if row["better"] == "less":
        return row["ratio"] <= row[what] + slack
    return row["ratio"] >= row[what] - slack


def missed(result):
    """The rows that are not what they must be; the mean counts where all rows were run."""
    found = ["%s (%.2f)" % (r["name"], r["ratio"])
             for r in result["rows"] if reaches(r, "must") is False]
    if result["selection"] == "all" and result["geomean"] > GEOMEAN_MUST:
        found.append("geometric mean (%.3f)" % result["geomean"])
    return found


def number(value):
    if value is None:
        return ""
    return "%d" % value if value >= 10000 else "%.4g" % value


def verdict(row):
    if reaches(row, "aim"):
        return "aim"
    return {True: "must", False: "**missed**", None: ""}[reaches(row, "must")]


def markdown(result):
    lines = ["| | unit | native | native, defaults | guest | guest ÷ native | must | aim | reached |",
             "|---|---|---|---|---|---|---|---|---|"]
    for r in result["rows"]:
        lines.append("| %s | %s | %s | %s | %s | %.3f | %s | %s | %s |" % (
            r["name"], r["unit"], number(r["native"]), number(r["native_pan"]),
            number(r["guest"]), r["ratio"], number(r["must"]), number(r["aim"]), verdict(r)))
    lines.append("| **geometric mean** | of what it costs | | | | %.3f | %.2f | %.2f | %s |" % (
        result["geomean"], GEOMEAN_MUST, GEOMEAN_AIM,
        "aim" if result["geomean"] <= GEOMEAN_AIM else
        "must" if result["geomean"] <= GEOMEAN_MUST else "**missed**"))
    return "\n".join(lines) + "\n"
