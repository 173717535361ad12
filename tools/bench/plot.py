# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""A picture of the ratios: a bar a row, with what must be reached and what is aimed at."""
import html
import shutil
import subprocess

from common import Failure, say, write_if_changed
from report import GEOMEAN_AIM, GEOMEAN_MUST, cost, reaches

LINE, LEFT, WIDTH, TOP, RIGHT = 17, 230, 620, 62, 70
COLOURS = {"aim": "#3a8f4d", "must": "#4878a8", "none": "#8c9aa8", "missed": "#c0483c"}
SMALL = 'font-size="11" fill="#333"'


def colour(row):
    if reaches(row, "aim"):
        return COLOURS["aim"]
    return COLOURS[{True: "must", False: "missed", None: "none"}[reaches(row, "must")]]


def limit(row, what):
    """Where the line of a limit stands, as a cost."""
    if row[what] is None:
        return None
    return row[what] if row["better"] == "less" else 1 / row[what]


def bar(row, y, x):
    value = cost(row)
    left, right = sorted((x(1.0), x(value)))
    parts = ['<text x="%d" y="%d" text-anchor="end" %s>%s</text>' % (
        LEFT - 8, y + 11, SMALL, html.escape(row["name"])),
        '<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s"/>' % (
        left, y + 1, max(right - left, 1), LINE - 4, colour(row)),
        '<text x="%.1f" y="%d" %s>%.2f</text>' % (right + 5, y + 11, SMALL, value)]
    for what, dash in (("must", ""), ("aim", ' stroke-dasharray="2,2"')):
        if limit(row, what):
            parts.append('<line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="#000"%s/>' % (
                x(limit(row, what)), x(limit(row, what)), y, y + LINE - 2, dash))
    return parts


def grid(most, bottom, x):
    parts, tick = [], 0.8
    while tick <= most + 0.001:
        parts.append('<line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="%s"/>' % (
            x(tick), x(tick), TOP - 4, bottom, "#555" if abs(tick - 1) < 0.01 else "#ddd"))
        parts.append('<text x="%.1f" y="%d" text-anchor="middle" %s>%.1f</text>' % (
            x(tick), TOP - 8, SMALL, tick))
        tick += 0.2
    return parts


def svg(result):
    mean = {"name": "geometric mean", "ratio": result["geomean"], "better": "less",
            "must": GEOMEAN_MUST, "aim": GEOMEAN_AIM}
    rows = result["rows"] + [mean]
    costs = [cost(r) for r in rows] + [limit(r, "must") or 1 for r in rows]
    most = max(1.6, int(max(costs) * 5 + 1.5) / 5)
    least = min(0.8, min(costs) - 0.05)

    def x(value):
        return LEFT + (value - least) / (most - least) * WIDTH
    height = TOP + LINE * len(rows) + 16
    guest = result["linux"]["guest"]["version"]
    parts = ['<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" '
             'font-family="DejaVu Sans, sans-serif">' % (LEFT + WIDTH + RIGHT, height),
             '<rect width="100%" height="100%" fill="#fff"/>',
             '<text x="12" y="20" font-size="14">Linux %s as a guest of Armature: what it costs, '
             'native Linux = 1</text>' % html.escape(guest),
             '<text x="12" y="37" %s>instructions; for bandwidths the inverse. Full line: must, '
             'dashed: aim. Green: aim reached, blue: must, red: missed.</text>' % SMALL]
    parts += grid(most, height - 12, x)
    for n, row in enumerate(rows):
        parts += bar(row, TOP + n * LINE, x)
    return "\n".join(parts + ["</svg>"]) + "\n"


def write(name, result):
    write_if_changed(name + ".svg", svg(result).encode())
    if not shutil.which("rsvg-convert"):
        say("NOTE", "no %s.png: rsvg-convert is missing (tools/deps bench installs it)" % name)
        return
    done = subprocess.run(["rsvg-convert", "-o", name + ".png", name + ".svg"],
                          stderr=subprocess.PIPE)
    if done.returncode:
        raise Failure("cannot draw %s.png: %s" % (name, done.stderr.decode().strip()))
