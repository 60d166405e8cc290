#!/usr/bin/env python3
"""Checks what a compiler cannot: who includes whom, sizes, and the other rules of CONTRIBUTING.md.

Prints each violation as `file:line: reason` and ends with 1 if there is one. Takes the tree's root as its only
argument (default: the folder above this file). Python 3.9, standard library only.
"""

import os
import re
import sys

MAX_LINES = {".h": 150, ".cc": 400, ".py": 400}
MAX_FUNCTION_LINES = 60
# Files over their size, with the size they may not exceed. The list may only shrink.
OVERSIZE = {
    "src/lua/frames.h": 171,
}

CORE = {"base", "domain", "ports"}
MAY_INCLUDE = {
    "base": set(),
    "crypto": {"base"},
    "domain": {"base"},
    "files": {"base"},
    "ports": {"base", "domain"},
    "engine": CORE,
    "lua": CORE | {"crypto", "text"},
    "storage": CORE | {"crypto"},
    "text": {"base"},
    "watch": CORE | {"text"},
    "runner": CORE | {"crypto", "files", "text"},  # and the files in EXTRA_INCLUDES
    "wire": {"base", "domain"},
    "transport": CORE | {"wire"},
    "agent": CORE | {"watch"},
    "server": CORE | {"wire", "engine"},
    "cli": {"base", "domain", "text", "wire"},
}
FREE_LAYERS = {"app", ""}  # "" is src/main.cc
# (files of a layer, what they may include beyond the table)
EXTRA_INCLUDES = [
    (r"src/runner/", r"lua/(effect_kind|frames|worker_page)\.h"),
    (r"src/runner/worker_", r"lua/.*"),
]
# Outside libraries: (include, where it may stand, why)
LIBRARIES = [
    (r"sqlite3\.h", r"src/storage/", "SQL stays behind the store ports"),
    (r"(lua5\.4/)?(lua|lauxlib|lualib|luaconf)\.(h|hpp)", r"src/lua/|src/runner/worker_", "Lua runs in workers only"),
    (r"boost/.*", r"src/runner/|src/server/http/", "one I/O loop, in the runner"),
    (r"seccomp\.h", r"src/runner/", "the lockdown is the runner's"),
    (r"CLI/.*", r"src/cli/", "command-line parsing stays in the CLI"),
    (r"yaml-cpp/.*", r"src/(cli|app|text)/", "YAML is for people, at the edges"),
    (r"re2/.*", r"src/text/|src/watch/pattern\.cc", "patterns go through text/regex.h"),
    (r"(sodium|crypt)\.h", r"src/crypto/", "cryptography through crypto/"),
    (r"curl/.*", r"src/runner/http/", "one HTTP client"),
    (r"archive(_entry)?\.h", r"src/files/", "archives are unpacked in one place"),
    (r"systemd/.*", r"src/watch/", "D-Bus is the service watcher's"),
    (r"absl/.*", r"src/base/time_zone\.cc", "zones through base/time_zone.h"),
    (r"spdlog/.*", r"src/base/log\.cc", "log through base/log.h"),
    (
        r"(grpc|grpcpp|google/protobuf|sloth/v1)/.*",
        r"src/(wire|transport|server|cli|app)/",
        "the wire's types stay at the wire",
    ),
]
# (pattern, files it is looked for in, files that may, reason). Comments and strings are blanked out before.
CODE_RULES = [
    (r"\bstd::(mutex|recursive_mutex|shared_mutex|condition_variable\w*|lock_guard|unique_lock|scoped_lock)\b",
     r"src/", r"src/base/", "share through Guarded<T> or Signal<T>, no naked lock outside base/"),
    (r"\b(system_clock|steady_clock|high_resolution_clock)::now\b|\b(clock_gettime|gettimeofday)\s*\(|\btime\((nullptr|0|NULL)\)",
     r"src/", r"src/app/|src/base/log\.cc|src/lua/|src/runner/worker_",
     "time comes from ports/clock.h"),
    (r"\bstd::random_device\b|\bgetrandom\s*\(|\b(srand|rand)\s*\(", r"src/", r"src/app/|src/runner/worker_",
     "chance comes from ports/random.h"),
    (r"\bthrow\b(?!\s*\()", r"src/", r"$^", "return Result<T>; we throw nothing ourselves"),
    (r"\bcatch\s*\(\s*\.\.\.\s*\)", r"src/(lua|runner/worker_)", r"$^",
     "Lua's own errors are thrown and must pass: catch std::exception"),
    (r"\b(sleep_for|sleep_until|usleep|nanosleep)\b|(?<![\w.])sleep\s*\(", r".*_test\.cc$", r"$^",
     "tests never sleep: use the fake clock or wait for the condition"),
    (r"\busing\s+namespace\s+(?!std::(chrono_literals|literals|string_literals))", r".*\.h$", r"$^",
     "no using namespace in a header"),
]
BAD_NAMES = re.compile(r"(^|_)(utils?|common|helpers?|managers?|misc)(_|$)")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
# Built so that this file does not hold what it looks for.
DEVELOPER_PATH = re.compile(r"(?<![\w.$}])/(" + "|".join(["work", "root", "home/[a-z]+"]) + r")/\w")
TEXT = (".h", ".cc", ".py", ".proto", ".cmake", ".md", ".lua", ".txt", ".json", ".yaml", ".yml", ".sh")


def blank_out(text):
    """The same text with comments and the insides of literals as blanks; line breaks stay."""
    pattern = r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\''
    return re.sub(pattern, lambda m: re.sub(r"[^\n]", " ", m.group(0)), text, flags=re.S)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def layer_of(path):
    parts = path.split("/")
    return parts[1] if parts[0] == "src" and len(parts) > 2 else ""


def include_violation(path, target, angled):
    if angled or re.match(r"(grpc|grpcpp|google|sloth|boost|CLI|yaml-cpp)/", target):
        for library, where, why in LIBRARIES:
            if re.fullmatch(library, target) and not re.match(where, path):
                return f"<{target}> does not belong here: {why}"
        return None
    layer, wanted = layer_of(path), target.split("/")[0]
    if layer in FREE_LAYERS or wanted == layer:
        return None
    if path.endswith("_test.cc") and wanted == "tests":
        return None
    if wanted in MAY_INCLUDE.get(layer, set()):
        return None
    if any(re.match(files, path) and re.fullmatch(extra, target) for files, extra in EXTRA_INCLUDES):
        return None
    if "/" not in target:
        return f'write includes from src/: "{layer}/{target}"'
    allowed = ", ".join(sorted(MAY_INCLUDE.get(layer, set()))) or "nothing of ours"
    return f'{layer} may include {allowed}, not "{target}"'


def check_includes(path, text):
    for number, line in enumerate(text.split("\n"), 1):
        found = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if not found:
            continue
        why = include_violation(path, found.group(2), found.group(1) == "<")
        if why:
            yield number, why
        if path.endswith(".h") and path != "src/base/json.h":
            if found.group(2) in ("base/json.h", "nlohmann/json.hpp"):
                yield number, "a header carries JSON as text or includes <nlohmann/json_fwd.hpp>"


def function_heads(code):
    """Yields (offset of head, offset of closing brace) of each outermost function body."""
    opaque = 0  # braces deep inside a function or an initialiser
    parens = 0
    start = None  # of the function we are in
    head = 0
    for i, c in enumerate(code):
        if c in "()":
            parens += 1 if c == "(" else -1
        elif c == "{":
            if opaque or parens:
                opaque += 1
                continue
            text = re.sub(r"template\s*<[^{}]*?>\s*(?=\w)|operator\s*[^\s\w(]+", " ", code[head:i])
            text = re.sub(r"^\s*#[^\n]*$", "", text, flags=re.M)
            before_paren = text.split("(")[0]
            if re.search(r"\b(namespace|extern)\b", text) or (
                re.search(r"\b(class|struct|union|enum)\b", before_paren) and "(" not in text
            ):
                head = i + 1
                continue
            if "(" in text and "=" not in before_paren:
                start = head + re.match(r"(\s*(public|private|protected)\s*:)?\s*", code[head:i]).end()
            opaque = 1
        elif c == "}":
            if opaque:
                opaque -= 1
                if opaque == 0 and start is not None:
                    yield start, i
                    start = None
            if not opaque:
                head = i + 1
        elif c == ";" and not opaque and not parens:
            head = i + 1


def check_sizes(path, text, code):
    kind = ".cc" if path.startswith("tests/contract/") else os.path.splitext(path)[1]  # templates of tests
    limit = OVERSIZE.get(path, MAX_LINES.get(kind))
    lines = text.count("\n")
    if limit and lines > limit:
        yield lines, f"{lines} lines, the limit is {limit}: split it by concept"
    if not path.endswith((".h", ".cc")):
        return
    for begin, end in function_heads(code):
        first, last = line_of(code, begin), line_of(code, end)
        if last - first + 1 > MAX_FUNCTION_LINES:
            yield first, f"a function of {last - first + 1} lines, the limit is {MAX_FUNCTION_LINES}"


def check_header(path, text):
    if not path.endswith(".h"):
        return
    if not text.startswith("//"):
        yield 1, "a header opens with its contract: what it is, who may call it, how it fails"
    if not re.search(r"^#pragma once$", text, re.M):
        yield 1, "#pragma once is missing"


def check_tables(path, text):
    """A constexpr table of rows {"word", ...} is sorted, asserted to be, or says which order it has."""
    if not path.endswith(".cc") or path.endswith("_test.cc"):
        return
    for found in re.finditer(r"^(?:static )?constexpr [^=;{}()]*?\b(k\w+)(?:\[\])?\s*(?:=\s*)?[^;]*?\{", text, re.M):
        body = text[found.start() : text.find(";\n", found.end())]
        rows = re.findall(r'\{\s*"([^"]*)"', body)
        if len(rows) < 5:
            continue
        name = found.group(1)
        asserted = re.search(r"static_assert\([^;]*\b" + name + r"\b", text)
        above = text[: found.start()].rstrip("\n").rsplit("\n\n", 1)[-1].split("\n")[-3:]
        explained = any("order" in line.lower() for line in above if line.lstrip().startswith("//"))
        if not asserted and not explained:
            yield line_of(text, found.start()), f"table {name}: static_assert that it is sorted, or say its order above"


def check_test_names(path, code):
    if not path.endswith("_test.cc"):
        return
    for found in re.finditer(r"^(?:TYPED_)?TEST(?:_F|_P)?\(\s*\w+,\s*(\w+)\s*\)", code, re.M):
        if not re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)+", found.group(1)):
            yield line_of(code, found.start()), f"test {found.group(1)}: its name is a sentence in snake_case"


def check_text(path, text):
    for number, line in enumerate(text.split("\n"), 1):
        if UNFINISHED.search(line) and path != "tests/house_rules.py":
            yield number, "unfinished work is done or an issue, not a mark"
        if DEVELOPER_PATH.search(line):
            yield number, "a path of somebody's machine"
        if line != line.rstrip() and not path.endswith(".md") and not path.startswith("tests/golden/"):
            yield number, "blanks at the end of the line"
    words = [BAD_NAMES.search(os.path.splitext(part)[0]) for part in path.split("/")]
    if any(words) and path != "proto/sloth/v1/common.proto":
        yield 1, "a file or folder without a better name has no home yet"


def check_file(path, text):
    yield from check_text(path, text)
    code = blank_out(text) if path.endswith((".h", ".cc")) else text
    yield from check_sizes(path, text, code)
    if not path.endswith((".h", ".cc")):
        return
    if path.startswith("src/"):
        yield from check_includes(path, text)
    yield from check_header(path, text)
    yield from check_tables(path, text)
    yield from check_test_names(path, code)
    for pattern, looked_in, may, why in CODE_RULES:
        if re.match(looked_in, path) and not re.match(may, path):
            if path.endswith("_test.cc") and looked_in == "src/":
                continue
            for found in re.finditer(pattern, code):
                yield line_of(code, found.start()), why


def check_links(root, path, text):
    """What a page points at is there: links, and files of the tree named in backticks (from the root or from src/)."""
    if not path.endswith(".md"):
        return
    for number, line in enumerate(text.split("\n"), 1):
        for target in re.findall(r"\]\(([^)#:]+)\)", line):
            if not os.path.exists(os.path.join(root, os.path.dirname(path), target)):
                yield number, f"the link {target} leads nowhere"
        for target in re.findall(r"`([\w.]+(?:/[\w.]+)+\.(?:h|cc|py|proto|lua|md))`", line):
            if not any(os.path.exists(os.path.join(root, base, target)) for base in ("", "src")):
                yield number, f"there is no file {target}"


def files(root):
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(d for d in folders if d not in ("build", "__pycache__", ".git"))
        for name in sorted(names):
            path = os.path.relpath(os.path.join(folder, name), root)
            if name.endswith(TEXT) or name == "dev" or path == ".ci/run":
                yield path


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
    count = 0
    total = 0
    for path in files(root):
        total += 1
        with open(os.path.join(root, path), encoding="utf-8") as file:
            text = file.read()
        for line, why in sorted([*check_file(path, text), *check_links(root, path, text)]):
            print(f"{path}:{line}: {why}")
            count += 1
    print(f"{total} files, {count} violations" if count else f"{total} files keep the house rules")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
