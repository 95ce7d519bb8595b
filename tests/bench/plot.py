"""plot.py: line plots as SVG, without a library: axes, a line for each series, a legend.

Colours come from the page where it has a dark theme: lines keep theirs, text and axes follow.

SPDX-License-Identifier: MIT
"""
from html import escape
from math import ceil, floor, log10

WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 70, 150, 40, 50
COLOURS = ["#4263eb", "#868e96", "#e8590c", "#2f9e44", "#ae3ec9", "#0c8599", "#c92a2a"]
STYLE = """<style>text{font:12px system-ui,sans-serif;fill:#343a40}.title{font-size:15px;font-weight:600}
.grid{stroke:#dee2e6}.axis{stroke:#868e96}
@media (prefers-color-scheme:dark){text{fill:#dee2e6}.grid{stroke:#343a40}}</style>"""


def steps(low, high, wanted=5):
    """Round numbers from at most low to at least high."""
    raw = (high - low) / wanted or 1
    power = 10 ** floor(log10(raw))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw)
    first, last = floor(low / step), ceil(high / step)
    return [round(number * step, 10) for number in range(first, last + 1)]


def powers(low, high):
    return [10.0 ** power for power in range(floor(log10(low)), ceil(log10(high)) + 1)]


def number(value):
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:g}"


def lines(title, x_label, y_label, series, log_y=False):
    """series: {name: [(x, y), ...]}. Returns the SVG."""
    points = [point for line in series.values() for point in line]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    x_ticks = steps(0, max(xs))
    y_ticks = powers(min(ys), max(ys)) if log_y else steps(0, max(ys))
    if log_y and len(y_ticks) < 2:
        y_ticks.append(y_ticks[0] * 10)

    def at_x(x):
        return LEFT + (WIDTH - LEFT - RIGHT) * (x - x_ticks[0]) / (x_ticks[-1] - x_ticks[0])

    def at_y(y):
        part = (log10(y / y_ticks[0]) / log10(y_ticks[-1] / y_ticks[0])) if log_y else (y - y_ticks[0]) / (y_ticks[-1] - y_ticks[0])
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * part

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">', STYLE,
           f'<text class="title" x="{LEFT}" y="22">{escape(title)}</text>']
    for y in y_ticks:
        out.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at_y(y):.1f}" y2="{at_y(y):.1f}"/>'
                   f'<text x="{LEFT - 8}" y="{at_y(y) + 4:.1f}" text-anchor="end">{number(y)}</text>')
    for x in x_ticks:
        out.append(f'<text x="{at_x(x):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{number(x)}</text>')
    out.append(f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{HEIGHT - BOTTOM}" y2="{HEIGHT - BOTTOM}"/>')
    out.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 12}" text-anchor="middle">{escape(x_label)}</text>')
    out.append(f'<text transform="translate(16 {HEIGHT / 2}) rotate(-90)" text-anchor="middle">{escape(y_label)}</text>')
    for i, (name, line) in enumerate(series.items()):
        colour, y = COLOURS[i % len(COLOURS)], TOP + 10 + 20 * i
        path = " ".join(f"{at_x(x):.1f},{at_y(value):.1f}" for x, value in sorted(line))
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out += [f'<circle cx="{at_x(x):.1f}" cy="{at_y(value):.1f}" r="3" fill="{colour}"/>' for x, value in line]
        out.append(f'<line x1="{WIDTH - RIGHT + 14}" x2="{WIDTH - RIGHT + 34}" y1="{y}" y2="{y}" stroke="{colour}" stroke-width="3"/>'
                   f'<text x="{WIDTH - RIGHT + 40}" y="{y + 4}">{escape(name)}</text>')
    return "\n".join(out) + "\n</svg>\n"
