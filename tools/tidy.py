#!/usr/bin/env python3
"""tidy.py: the rules that a machine can judge.

    tidy.py [--tap] [ROOT]

Prints `file:line: message` for each breach and exits with 1 when there is one. What needs an eye (names, lengths,
whether a comment says why) is no rule here. To add a rule, write a function that yields breaches and add a row to
RULES; tests/tools/test_tidy.py shows for each rule that it can fail.

SPDX-License-Identifier: MIT
"""
import re
import shutil
import subprocess
import sys
from pathlib import Path

SOCKETS = ["sys/socket.h", "netinet/", "uv.h"]
SQL = ["sqlite3.h"]
THREADS = ["pthread.h", "threads.h", "stdatomic.h", "uv.h"]
TIME = ["time.h", "sys/time.h"]

# Who may include whom, and which of the system's headers would show that a layer does what it must not know of. The
# linker says the same of calls (meson.build: layer_knows); this says it of types and macros. ARCHITECTURE.md has the table.
LAYERS = {
    # folder: (its own and) what it may include,                        system headers it must not
    "base": ([], SQL + SOCKETS),
    "files": (["base"], SQL + SOCKETS),
    "net": (["base"], SQL),
    "engineio": (["base", "net"], SQL),
    "socketio": (["base", "engineio", "net/conn.h", "net/frame.h"], SQL + SOCKETS),
    "proto": (["base"], SQL + SOCKETS + THREADS + TIME),
    "chat": (["base", "proto"], SQL + SOCKETS + THREADS + TIME),
    "store": (["base", "proto", "chat/chat_fact.h", "chat/chat_port.h"], SOCKETS),
    "journal": (["base", "proto", "store", "chat/chat_fact.h", "chat/chat_port.h"], SOCKETS),
    "search": (["base", "proto", "store", "chat/chat_port.h"], SOCKETS),
    "gateway": (["base", "net", "engineio", "socketio", "proto", "chat"], SQL),
    "web": (["base", "net", "proto", "chat"], SQL),
    "app": ([""], []),
    "cli": (["base", "app", "files", "store"], SQL),
}

# Beside those of base/banned.h, which the compiler refuses.
BANNED_CALLS = {
    "malloc": "mem_new (base/mem.h)", "calloc": "mem_new", "realloc": "mem_resize", "strdup": "str_dup_c",
    "strndup": "str_dup_c", "alloca": "an arena", "system": "nothing: no shell", "popen": "nothing: no shell",
    "sscanf": "str_to_u64", "strtol": "str_to_u64", "strtoul": "str_to_u64", "signal": "uv_signal or sigaction",
    "rand": "crypt_random", "random": "crypt_random", "assert": "ASSERT", "usleep": "a condition to wait for",
    "sqlite3_exec": "a statement of store_sql.h", "sqlite3_mprintf": "a statement with parameters",
    "sqlite3_snprintf": "a statement with parameters", "sqlite3_get_table": "a statement of store_sql.h",
}
# Where the better sister is made of them.
BANNED_CALLS_FREE = {"malloc": "base/mem.c", "calloc": "base/mem.c", "realloc": "base/mem.c", "strtol": "base/", "strtoul": "base/"}

FORMATTED_SQL = re.compile(r'(printf|buf_put\w*|buf_add\w*|asprintf)\s*\([^;]*"\s*(SELECT|INSERT|UPDATE|DELETE FROM|PRAGMA|CREATE TABLE)\b')
RAW_COLOUR_CSS = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)\(|:\s*(white|black|red|green|blue|gr[ae]y)\b")
RAW_COLOUR_ANY = re.compile(r"\b(rgba?|hsla?|oklab|oklch)\(")
CSS_SIDED = re.compile(r"(?<![-\w])(?:(?:[a-z-]+-)?(?:left|right)(?:-(?:width|style|color|radius))?\s*:|(?:text-align|float|clear)\s*:\s*(?:left|right)\b)")
CSS_FOUR_SIDES = re.compile(r"(?<![-\w])(?:padding|margin|inset|border-width|scroll-margin|scroll-padding)\s*:\s*([^;{}]+)")
CSS_WORD = re.compile(r"(?:[^\s()]|\((?:[^()]|\([^()]*\))*\))+")
STYLE_OR_SCRIPT = re.compile(r"<(style|script)\b.*?</\1>", re.S)
INCLUDE = re.compile(r'#\s*include\s*(["<])([^">]+)[">]')
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
C_COMMENT_OR_STRING = re.compile(r"""/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'""", re.S)


class Tree:
    """The files of a checkout, by their names from the root with slashes."""

    def __init__(self, root):
        self.root = Path(root)
        listed = subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard", "-z"], stdout=subprocess.PIPE,
                                check=True).stdout.decode()
        self.names = sorted({name for name in listed.split("\0") if name and (self.root / name).is_file()})
        self.cache = {}

    def text(self, name):
        if name not in self.cache:
            self.cache[name] = (self.root / name).read_text(errors="replace")
        return self.cache[name]

    def some(self, pattern):
        return [name for name in self.names if re.fullmatch(pattern, name)]

    def c_files(self):
        return [name for name in self.some(r"(backend/src|tests)/.*\.[ch]") if "/gen/" not in name]


def line_of(text, at):
    return text.count("\n", 0, at) + 1


def blank(match):
    """The same number of lines and columns, without the content."""
    return re.sub(r"[^\n]", " ", match.group())


def code_of(text):
    """C without comments and string literals, line numbers kept."""
    return C_COMMENT_OR_STRING.sub(blank, text)


def layer_of(name):
    match = re.match(r"(?:backend/src|tests/unit)/(\w+)/", name)
    return match.group(1) if match and match.group(1) in LAYERS else None


# ---- The rules --------------------------------------------------------------------------------------------------

def includes(tree):
    """A layer includes only what it may know."""
    for name in tree.c_files():
        layer = layer_of(name)
        if layer is None:
            continue
        may, banned = LAYERS[layer]
        own = [layer + "/"] + [entry if "." in entry or not entry else entry + "/" for entry in may]
        for number, line in enumerate(tree.text(name).split("\n"), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            ours = match.group(1) == '"' and "/" in match.group(2)
            if ours and not any(match.group(2).startswith(prefix) for prefix in own) and not match.group(2).startswith("support/"):
                yield name, number, f"{layer} must not know {match.group(2)}"
            if not ours and name.startswith("backend/") and any(match.group(2).startswith(header) for header in banned):
                yield name, number, f"{layer} must not include <{match.group(2)}>"


def banned_calls(tree):
    """Functions that have a better sister are not called."""
    calls = re.compile(r"(?<![\w.>])(" + "|".join(BANNED_CALLS) + r")\s*\(")
    for name in tree.some(r"backend/src/.*\.[ch]"):
        for match in calls.finditer(code_of(tree.text(name))):
            free_in = BANNED_CALLS_FREE.get(match.group(1))
            if free_in is None or not name.startswith("backend/src/" + free_in):
                yield name, line_of(tree.text(name), match.start()), f"{match.group(1)} is banned: use {BANNED_CALLS[match.group(1)]}"


def formatted_sql(tree):
    """SQL stands in the statement table and takes parameters; none is put together."""
    for name in tree.some(r"backend/src/.*\.[ch]"):
        for match in FORMATTED_SQL.finditer(tree.text(name)):
            yield name, line_of(tree.text(name), match.start()), "SQL made by formatting: bind parameters instead"


def listed_in_meson(tree):
    """Every C file is built, every test runs."""
    for name in tree.some(r"backend/src/.*\.c") + tree.some(r"tests/(unit|conformance|support|fuzz|bench)/.*\.c"):
        stem = Path(name).stem
        words = {stem, Path(name).name, stem.removeprefix("test_")}
        builds = [tree.text(other) for other in tree.names if other.endswith("meson.build")]
        if not any(re.search(rf"'(?:[^']*/)?{re.escape(word)}'", text) for word in words for text in builds):
            yield name, 1, "no meson.build names this file"


def headers_used(tree):
    """A header that nobody includes is dead."""
    everything = "\n".join(tree.text(name) for name in tree.names if name.endswith((".c", ".h", ".py", "meson.build")))
    included = {path for _, path in INCLUDE.findall(everything)}
    for name in tree.some(r"backend/src/.*\.h"):
        path = name.removeprefix("backend/src/")
        used = path in included or any(path.endswith("/" + other) for other in included if "/" not in other)
        if not used and "banned.h" not in name:
            yield name, 1, "nobody includes this header"


def file_tops(tree):
    """The first comment names the file, tells its idea and ends with the licence."""
    for name in tree.c_files():
        top = tree.text(name).split("*/", 1)[0]
        if not top.startswith(f"/* {Path(name).name}: "):
            yield name, 1, f"must begin with `/* {Path(name).name}: <what it is>`"
        elif not re.search(r"\* SPDX-License-Identifier: MIT\n \s*$", top):
            yield name, 1, "the first comment must end with the SPDX line"
    for name in tree.some(r"tools/.*\.(py|sh)|tests/.*\.(py|sh|mjs)|\.ci/.*"):
        top = tree.text(name)[:3000]
        if f"{Path(name).name}" not in top.split("SPDX", 1)[0]:
            yield name, 1, f"the first comment must name the file and say what it is: `{Path(name).name}: ...`"
        if "SPDX-License-Identifier: MIT" not in top:
            yield name, 1, "no SPDX line in the first comment"


def generated_marked(tree):
    """A generated file says so, and from what."""
    for name in tree.some(r".*/gen/.*\.(c|h|ts)") + tree.some(r"docs/protocol\.md"):
        if "generated" not in tree.text(name)[:400].lower():
            yield name, 1, "a generated file must say in its first lines what it was generated from"


def generated_fresh(tree):
    """The generated files are those that protocol/*.json makes."""
    if "tools/gen_protocol.py" not in tree.names:
        return
    done = subprocess.run([sys.executable, "tools/gen_protocol.py", "--check"], cwd=tree.root, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    if done.returncode != 0:
        yield "tools/gen_protocol.py", 1, "generated files are stale, run `make gen`: " + " ".join(done.stdout.split())


def folder_readmes(tree):
    """Each layer has its page of at most 60 lines."""
    for layer in LAYERS:
        if not tree.some(rf"backend/src/{layer}/[^/]*\.[ch]"):
            continue
        name = f"backend/src/{layer}/README.md"
        if name not in tree.names:
            yield name, 1, "is missing: purpose, what it must not know, files in reading order, invariants, how to test"
        elif tree.text(name).count("\n") > 60:
            yield name, 61, "longer than 60 lines"


def raw_colours(tree):
    """Colours are tokens; only lib/styles/tokens holds values."""
    for name in tree.some(r"frontend/src/.*\.(css|svelte|ts)"):
        if "/styles/tokens/" in name or ".test." in name or "/gen/" in name:
            continue
        text = tree.text(name)
        parts = [(0, text, RAW_COLOUR_CSS if name.endswith(".css") else RAW_COLOUR_ANY)]
        if name.endswith(".svelte"):
            parts += [(match.start(), match.group(), RAW_COLOUR_CSS) for match in STYLE_OR_SCRIPT.finditer(text) if match.group(1) == "style"]
        for offset, part, pattern in parts:
            for match in pattern.finditer(re.sub(r"/\*.*?\*/", blank, part, flags=re.S)):
                yield name, line_of(text, offset + match.start()), f"raw colour `{match.group().strip(': ')}`: use a token of lib/styles/tokens"


def styles_of(tree):
    """Every style sheet and style element of the web app without its comments, as (file, text, where it begins, css)."""
    for name in tree.some(r"frontend/src/.*\.(css|svelte)"):
        text = tree.text(name)
        parts = [(0, text)] if name.endswith(".css") else [
            (match.start(), match.group()) for match in STYLE_OR_SCRIPT.finditer(text) if match.group(1) == "style"]
        for offset, part in parts:
            yield name, text, offset, re.sub(r"/\*.*?\*/", blank, part, flags=re.S)


def logical_sides(tree):
    """The app runs from right to left as well: sides are start and end, not left and right."""
    for name, text, offset, css in styles_of(tree):
        for match in CSS_SIDED.finditer(css):
            yield name, line_of(text, offset + match.start()), f"`{match.group()}`: a side of the text, such as margin-inline-start"
        for match in CSS_FOUR_SIDES.finditer(css):
            sides = CSS_WORD.findall(match.group(1))
            if len(sides) == 4 and sides[1] != sides[3]:
                yield name, line_of(text, offset + match.start()), f"`{match.group()}`: left and right differ; use -block and -inline"


def no_raw_html(tree):
    """Text is text: nothing in the web app makes HTML of a string."""
    for name in tree.some(r"frontend/src/.*\.(svelte|ts)"):
        for match in re.finditer(r"\{@html|\.innerHTML\b|\.outerHTML\b|insertAdjacentHTML", tree.text(name)):
            yield name, line_of(tree.text(name), match.start()), f"`{match.group()}` makes HTML of a string"


def finished(tree):
    """What is to be done stands in the tracker, not in the source."""
    for name in tree.some(r"(backend|tests|tools|frontend/src|protocol)/.*\.(c|h|py|sh|mjs|ts|svelte|json|build)"):
        if name in ("tools/tidy.py", "tests/tools/test_tidy.py"):
            continue
        for match in UNFINISHED.finditer(tree.text(name)):
            yield name, line_of(tree.text(name), match.start()), f"{match.group()} in the source"


def no_test_is_off(tree):
    """A test that is switched off proves nothing; one alone hides the others."""
    for name in tree.some(r"(tests|frontend/src)/.*\.(mjs|ts)"):
        for match in re.finditer(r"\b(test|it|describe|suite|t)\.(skip|only|todo)\(|waitForTimeout\(|\b(skip|only|todo): *true", tree.text(name)):
            yield name, line_of(tree.text(name), match.start()), f"`{match.group()}`"


def formatted(tree):
    """clang-format 14 would change nothing."""
    tool = shutil.which("clang-format-14")
    names = tree.c_files()
    if tool is None or not names:
        return
    done = subprocess.run([tool, "--dry-run", "-Werror", *names], cwd=tree.root, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    for name, number in re.findall(r"^([^:\n]+):(\d+):\d+: error: code should be clang-formatted", done.stdout, re.M):
        yield name, int(number), "not formatted: `make format`"


def shell_checked(tree):
    """shellcheck has nothing to say of the shell scripts."""
    tool = shutil.which("shellcheck")
    names = [name for name in tree.some(r".*\.sh|\.ci/run|packaging/.*")
             if re.match(r"#!.*\b(ba)?sh\b", tree.text(name))]
    if tool is None or not names:
        return
    done = subprocess.run([tool, "-f", "gcc", *names], cwd=tree.root, text=True, stdout=subprocess.PIPE)
    for name, number, message in re.findall(r"^([^:\n]+):(\d+):\d+: (.*)$", done.stdout, re.M):
        yield name, int(number), message


RULES = [includes, banned_calls, formatted_sql, listed_in_meson, headers_used, file_tops, generated_marked, generated_fresh,
         folder_readmes, raw_colours, logical_sides, no_raw_html, finished, no_test_is_off, formatted, shell_checked]


def main(arguments):
    tap = "--tap" in arguments
    roots = [argument for argument in arguments if not argument.startswith("--")]
    tree = Tree(roots[0] if roots else str(Path(__file__).resolve().parent.parent))
    failed = 0
    for number, rule in enumerate(RULES, 1):
        breaches = sorted(set(rule(tree)))
        failed += bool(breaches)
        if tap:
            print(f"{'not ok' if breaches else 'ok'} {number} - {rule.__doc__}")
        for name, line, message in breaches:
            print(f"{name}:{line}: {message}", file=sys.stderr)
    if tap:
        print(f"1..{len(RULES)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
