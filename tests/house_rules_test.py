#!/usr/bin/env python3
"""Each rule of house_rules.py finds what it is there for, and leaves good code alone."""

import os
import unittest

import house_rules

HEADER = "// What it is.\n#pragma once\n"


class HouseRules(unittest.TestCase):
    def found(self, path, text):
        return [why for _, why in house_rules.check_file(path, text)]

    def assert_found(self, path, text, words):
        self.assertTrue(any(words in why for why in self.found(path, text)), (path, words, self.found(path, text)))

    def assert_clean(self, path, text):
        self.assertEqual(self.found(path, text), [])

    def test_layers_include_downwards_only(self):
        self.assert_found("src/domain/a.cc", '#include "ports/clock.h"\n', "domain may include base")
        self.assert_found("src/engine/a.cc", '#include "storage/sqlite/database.h"\n', "engine may include")
        self.assert_found("src/cli/a.cc", '#include "engine/intake.h"\n', "cli may include")
        self.assert_found("src/agent/a.cc", '#include "storage/x.h"\n', "agent may include")
        self.assert_clean("src/agent/a.cc", '#include "watch/x.h"\n#include "ports/clock.h"\n')
        self.assert_clean("src/app/a.cc", '#include "storage/sqlite/database.h"\n')
        self.assert_clean("src/engine/a_test.cc", '#include "tests/fakes/fake_clock.h"\n')

    def test_the_runner_shares_only_the_frames_with_lua(self):
        self.assert_clean("src/runner/pool.cc", '#include "lua/frames.h"\n')
        self.assert_found("src/runner/pool.cc", '#include "lua/vm.h"\n', "runner may include")
        self.assert_clean("src/runner/worker_main.cc", '#include "lua/vm.h"\n')

    def test_libraries_stay_in_their_layer(self):
        self.assert_found("src/engine/a.cc", "#include <sqlite3.h>\n", "store ports")
        self.assert_found("src/runner/pool.cc", "#include <lua.hpp>\n", "workers only")
        self.assert_found("src/engine/a.cc", "#include <boost/asio.hpp>\n", "runner")
        self.assert_found("src/app/a.cc", "#include <CLI/CLI.hpp>\n", "CLI")
        self.assert_found("src/engine/a.cc", '#include "sloth/v1/admin.pb.h"\n', "at the wire")
        self.assert_clean("src/storage/a.cc", "#include <sqlite3.h>\n")

    def test_sizes_have_limits(self):
        self.assert_found("src/base/a.h", HEADER + "\n" * 150, "limit is 150")
        self.assert_found("src/base/a.cc", "\n" * 401, "limit is 400")
        body = "    step();\n" * 59
        self.assert_clean("src/base/a.cc", "int run(int a) {\n" + body[:-1] + "}\n")
        self.assert_found("src/base/a.cc", "int run(int a) {\n" + body + "}\n", "a function of 61 lines")
        member = "namespace n {\nclass A final : public B {\n public:\n    A(int b) : b_(b) {\n" + body + "}\n};\n}\n"
        self.assert_found("src/base/a.cc", member, "a function of 61 lines")
        self.assert_clean("src/base/a.cc", "constexpr A kA = {\n" + "    f(1),\n" * 80 + "};\n")

    def test_headers_open_with_their_contract(self):
        self.assert_found("src/base/a.h", "#pragma once\n", "contract")
        self.assert_found("src/base/a.h", "// What it is.\n", "pragma")
        self.assert_found("src/base/a.h", HEADER + '#include "base/json.h"\n', "JSON as text")

    def test_code_keeps_to_the_ports(self):
        self.assert_found("src/engine/a.cc", "auto t = std::chrono::system_clock::now();\n", "ports/clock.h")
        self.assert_found("src/engine/a.cc", "std::mutex lock;\n", "naked lock")
        self.assert_found("src/engine/a.cc", "throw Bad();\n", "throw nothing")
        self.assert_found("src/lua/a.cc", "catch (...) {\n", "must pass")
        self.assert_clean("src/engine/a.cc", "// std::mutex, throw and time(nullptr) in a comment\n")
        self.assert_clean("src/engine/a.cc", 'auto s = "throw std::mutex";\n')

    def test_tests_do_not_sleep_and_are_named_as_sentences(self):
        self.assert_found("src/base/a_test.cc", "std::this_thread::sleep_for(1s);\n", "never sleep")
        self.assert_found("src/base/a_test.cc", "TEST(A, Works) {}\n", "a sentence")
        self.assert_clean("src/base/a_test.cc", "TEST(A, time_sleep_yields) {}\n")

    def test_tables_are_sorted_or_say_their_order(self):
        rows = "".join(f'    {{"{c}", 1}},\n' for c in "abcdef")
        table = "constexpr std::array<Row, 6> kRows{{\n" + rows + "}};\n"
        self.assert_found("src/base/a.cc", table, "table kRows")
        self.assert_clean("src/base/a.cc", table + "static_assert(std::ranges::is_sorted(kRows, {}, &Row::name));\n")
        self.assert_clean("src/base/a.cc", "// In the order of the enumerators.\n" + table)

    def test_texts_hold_no_marks_and_no_machine(self):
        self.assert_found("src/base/a.cc", "// TO" + "DO: later\n", "unfinished")
        self.assert_found("docs/a.md", "see /ro" + "ot/x\n", "somebody's machine")
        self.assert_found("src/base/string_utils.cc", "\n", "no home")

    def test_pages_point_at_what_is_there(self):
        root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        page = "[a](../README.md) [b](nowhere.md) `domain/event.h` `domain/gone.h` `sloth-runner`\n"
        found = [why for _, why in house_rules.check_links(root, "docs/a.md", page)]
        self.assertEqual(found, ["the link nowhere.md leads nowhere", "there is no file domain/gone.h"])


if __name__ == "__main__":
    unittest.main()
