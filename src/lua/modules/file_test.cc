#include <gtest/gtest.h>

#include "base/byte_text.h"
#include "lua/effect.h"
#include "lua/script_bed.h"

namespace sloth::lua {
namespace {

// What one call asks the broker for, or the error without the script's place.
std::string asked(const std::string& body) {
    ScriptBed bed;
    const Outcome got = bed.call(body);
    if (!got.effects.empty()) return got.effects.front();
    const std::string line = got.error.substr(0, got.error.find('\n'));
    constexpr std::string_view kPlace = "notify.lua:1: ";
    return line.starts_with(kPlace) ? line.substr(kPlace.size()) : "no place: " + line;
}

std::string evaluated(const std::string& expression) {
    return ScriptBed().eval("return " + expression);
}

TEST(File, asks_for_what_it_is_told) {
    EXPECT_EQ(asked("file.read('/a')"), R"(file.read ["/a"])");
    EXPECT_EQ(asked("file.write('/a', 'text')"), R"(file.write ["/a","text",null])");
    EXPECT_EQ(asked("file.write('/a', 12, {mode = '0640'})"), R"(file.write ["/a","12",416])");
    EXPECT_EQ(asked("file.append('/a', 'x')"), R"(file.append ["/a","x"])");
    EXPECT_EQ(asked("file.mkdir('/a')"), R"(file.mkdir ["/a"])");
    EXPECT_EQ(asked("file.rm('/a')"), R"(file.rm ["/a"])");
    EXPECT_EQ(asked("file.rmr('/a')"), R"(file.rmr ["/a"])");
    EXPECT_EQ(asked("file.copy('/a', '/b')"), R"(file.copy ["/a","/b"])");
    EXPECT_EQ(asked("file.move('/a', '/b')"), R"(file.move ["/a","/b"])");
    EXPECT_EQ(asked("file.rename('/a', '/b')"), R"(file.move ["/a","/b"])");
    EXPECT_EQ(asked("file.exists('/a')"), R"(file.exists ["/a"])");
    EXPECT_EQ(asked("file.ls('/a')"), R"(file.ls ["/a"])");
    EXPECT_EQ(asked("file.glob('/a/*')"), R"(file.glob ["/a/*"])");
    EXPECT_EQ(asked("file.size('/a')"), R"(file.size ["/a"])");
    EXPECT_EQ(asked("file.tmpname()"), "file.tmpname []");
}

TEST(File, is_known_by_two_names) {
    EXPECT_EQ(asked("require('file').read('/a')"), R"(file.read ["/a"])");
    EXPECT_EQ(asked("require('fs').read('/a')"), R"(file.read ["/a"])");
    EXPECT_EQ(asked("fs.ls('/a')"), R"(file.ls ["/a"])");
}

TEST(File, carries_any_bytes) {
    EXPECT_EQ(asked("file.write('/\\xFF', '\\0\\xFE')"), "file.write [\"/" + to_byte_text("\xFF") +
                                                             "\",\"\\u0000" + to_byte_text("\xFE") +
                                                             "\",null]");
    ScriptBed bed;
    bed.broker = [](const EffectRequest&) { return "[\"" + to_byte_text("a\xFF") + "\"]"; };
    EXPECT_EQ(bed.eval("return #file.read('/a'), file.read('/a'):byte(2)"), "2\t255");
}

TEST(File, takes_paths_apart) {
    const std::pair<const char*, const char*> kNames[] = {{"/a/b.txt", "b.txt\t/a"},
                                                          {"/a/b/", "b\t/a"},
                                                          {"/a", "a\t/"},
                                                          {"a", "a\t."},
                                                          {"a//b", "b\ta"},
                                                          {"/", "/\t/"},
                                                          {"//", "/\t/"},
                                                          {"", ".\t."},
                                                          {"a/", "a\t."},
                                                          {"//a", "a\t/"}};
    for (const auto& [path, names] : kNames) {
        const std::string quoted = "'" + std::string(path) + "'";
        EXPECT_EQ(evaluated("file.basename(" + quoted + "), file.dirname(" + quoted + ")"), names)
            << path;
    }
}

TEST(File, says_what_is_wrong_with_a_call) {
    const auto bad = [](int argument, const std::string& name, const std::string& why) {
        return "bad argument #" + std::to_string(argument) + " to '" + name + "' (" + why + ")";
    };
    for (const std::string name :
         {"read", "write", "append", "mkdir", "rm", "rmr", "exists", "ls", "size"}) {
        const std::string full = "file." + name;
        EXPECT_EQ(asked(full + "()"), bad(1, full, "string expected, got no value"));
        EXPECT_EQ(asked(full + "({})"), bad(1, full, "string expected, got table"));
        EXPECT_EQ(asked(full + "('')"), bad(1, full, "it is empty: a path is expected"));
        EXPECT_EQ(asked(full + "('a\\0b')"),
                  bad(1, full, "it holds a zero byte, which no path can"));
    }
    for (const std::string name : {"file.copy", "file.move"}) {
        EXPECT_EQ(asked(name + "('/a', nil)"), bad(2, name, "string expected, got nil"));
    }
    EXPECT_EQ(asked("file.glob(true)"), bad(1, "file.glob", "string expected, got boolean"));
    EXPECT_EQ(asked("file.basename()"), bad(1, "file.basename", "string expected, got no value"));
    EXPECT_EQ(asked("file.dirname({})"), bad(1, "file.dirname", "string expected, got table"));
    EXPECT_EQ(asked("file.write('/a', nil)"), bad(2, "file.write", "string expected, got nil"));
    EXPECT_EQ(asked("file.append('/a', {})"), bad(2, "file.append", "string expected, got table"));
    EXPECT_EQ(asked("file.write('/a', 'x', '0644')"),
              bad(3, "file.write", "table expected, got string"));
    EXPECT_EQ(asked("file.write('/a', 'x', {mod = '0644'})"),
              "file.write: there is no field `mod`: did you mean `mode`?");
    EXPECT_EQ(asked("file.write('/a', 'x', {mode = 0644})"),
              "file.write: the field `mode` must be text in octal such as \"0644\", not a number, "
              "which Lua reads as a "
              "decimal one");
    for (const char* mode : {"'rw'", "'7777'", "'99'", "''", "{}"}) {
        EXPECT_EQ(asked(std::string("file.write('/a', 'x', {mode = ") + mode + "})"),
                  "file.write: the field `mode` must be text in octal from \"0\" to \"0777\"");
    }
}

TEST(File, says_when_content_is_too_large_for_one_call) {
    ScriptBed bed;
    const std::string error =
        bed.eval("file.write('/a', ('x'):rep(" + std::to_string(kMaxEffectArgs) + "))");
    EXPECT_EQ(error,
              "error: notify.lua:1: file.write: the content takes 4194318 bytes on its way, more "
              "than 4194304: hand it "
              "over in pieces, with file.append");
}

TEST(File, cannot_be_used_while_the_hook_is_loaded) {
    const Outcome got = ScriptBed().load("file.read('/a')");
    EXPECT_NE(got.error.find("`file.read` cannot be called while the hook is being loaded"),
              std::string::npos);
}

}  // namespace
}  // namespace sloth::lua
