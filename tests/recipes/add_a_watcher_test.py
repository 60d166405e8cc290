#!/usr/bin/env python3
"""docs/recipes/add-a-watcher.md is followed to the letter in a copy of the tree: its blocks are put where they say, the copy
is built and tested, its last block is run, and the event of the new watcher is there.

Only what the recipe changes is compiled anew where ccache has the rest (`./dev` shares it between copies of the tree).
"""

import os
import re
import shutil
import subprocess
import sys
import textwrap

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "tests", "e2e"))

import harness  # noqa: E402

RECIPE = "docs/recipes/add-a-watcher.md"
TARGETS = ("sloth-runner", "domain_test", "lua_test", "watch_test")


def blocks(language):
    """Of the recipe: [(the words after the language, the text)]."""
    text = harness.read(os.path.join(ROOT, RECIPE))
    found = re.findall(rf"^( *)```{language}\b *([^\n]*)\n(.*?)^\1```$", text, re.MULTILINE | re.DOTALL)
    return [(words.split(), textwrap.dedent(block)) for _, words, block in found]


def insert_sorted(lines, first, last, new):
    """Among lines[first:last], which are sorted; what goes on in a deeper line belongs to the one above."""
    indent = re.match(" *", lines[first]).group()
    row = indent + new
    at = next((n for n in range(first, last) if lines[n].startswith(indent + new[0]) and lines[n] > row), last)
    lines.insert(at, row)


def insert(path, table, row):
    """`row` as a row of the named table of the file, or as one of its own includes."""
    lines = harness.read(path).split("\n")
    if table:
        first = 1 + next(n for n, line in enumerate(lines) if re.search(rf"\b{table}\b.* = .*{{$", line))
        last = next(n for n in range(first, len(lines)) if lines[n].lstrip().startswith("}"))
    else:
        own = [n for n, line in enumerate(lines) if line.startswith('#include "')][1:]  # the first is the file's header
        first, last = own[0], own[-1] + 1
    insert_sorted(lines, first, last, row)
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines))


def replace(path, text):
    """`text` is what is there, once, and what comes in its place: "-old" and "+new"."""
    old, new = ("\n".join(line[1:] for line in text.splitlines() if line[0] == mark) for mark in "-+")
    before = harness.read(path)
    if before.count(old) != 1:
        raise AssertionError(f"{path} has no, or more than one: {old}")
    with open(path, "w", encoding="utf-8") as file:
        file.write(before.replace(old, new))


class Recipe(harness.Case):
    def setUp(self):
        super().setUp()
        self.tree = os.path.join(self.home.path, "tree")
        shutil.copytree(ROOT, self.tree, symlinks=True, ignore=self.left_out)
        self.out = os.path.join(self.tree, "build", "release")

    @staticmethod
    def left_out(folder, names):
        return [name for name in names if name in ("__pycache__", ".git") or (name == "build" and folder == ROOT)]

    def apply(self):
        for words, text in blocks("cpp"):
            path = os.path.join(self.tree, words[0])
            if os.path.exists(path):
                insert(path, words[1] if len(words) > 1 else None, text.strip())
            else:
                with open(path, "x", encoding="utf-8") as file:
                    file.write(text)

        for words, text in blocks("diff"):
            replace(os.path.join(self.tree, words[0]), text)

    def run_in_tree(self, *command):
        env = dict(os.environ, CCACHE_BASEDIR=self.tree, CCACHE_NOHASHDIR="1")
        done = subprocess.run(command, cwd=self.tree, env=env, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, f"{command}:\n{done.stdout[-6000:]}{done.stderr[-2000:]}")
        return done.stdout

    def test_its_watcher_is_built_and_tells_of_its_event(self):
        self.apply()
        self.run_in_tree(sys.executable, "tests/house_rules.py")
        self.run_in_tree("cmake", "--preset", "release")
        self.run_in_tree("ninja", "-C", self.out, *TARGETS)
        self.run_in_tree(os.path.join(self.out, "domain_test"), "--gtest_brief=1")
        self.run_in_tree(os.path.join(self.out, "lua_test"), "--gtest_filter=WrongUse.*")
        tested = self.run_in_tree(os.path.join(self.out, "watch_test"), "--gtest_filter=SymlinkWatcherTest.*")
        self.assertIn("3 tests from 1 test suite ran", tested)

        binary, harness.BINARY = harness.BINARY, os.path.join(self.out, "sloth-runner")
        self.addCleanup(setattr, harness, "BINARY", binary)
        self.home.up()
        self.home.add_hook("seen", "symlink.*", "  print(event.data.old_target, event.data.new_target)\n  return true")
        folder = os.path.join(self.home.path, "deployed")
        os.mkdir(folder)
        [(_, script)] = blocks("sh")
        env = dict(self.home.env, PATH=f"{self.out}:{os.environ['PATH']}")
        shown = subprocess.run(["sh", "-ec", script], cwd=folder, env=env, capture_output=True, text=True, check=False)
        self.assertEqual(shown.returncode, 0, shown.stdout + shown.stderr)
        ran = harness.wait_until(lambda: self.home.logs("seen", "--output")["executions"], 20, "the hook ran")
        self.assertEqual(ran[0]["output"].strip(), "releases/41\treleases/42")


if __name__ == "__main__":
    harness.main()
