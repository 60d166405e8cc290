#include <gtest/gtest.h>

#include "lua/script_bed.h"

namespace sloth::lua {
namespace {

// What one call asks the broker for, or the error without the script's place.
std::string asked(const std::string& call) {
    ScriptBed bed;
    const Outcome got = bed.call("file_ops." + call);
    if (!got.effects.empty()) return got.effects.front();
    const std::string line = got.error.substr(0, got.error.find('\n'));
    constexpr std::string_view kPlace = "notify.lua:1: ";
    return line.starts_with(kPlace) ? line.substr(kPlace.size()) : "no place: " + line;
}

TEST(FileOps, asks_for_what_it_is_told) {
    EXPECT_EQ(asked("copy{src = '/a', dest = '/b'}"), R"(file_ops.copy ["/a","/b",null])");
    EXPECT_EQ(asked("copy{src = '/a', dest = '/b', mode = '600'}"),
              R"(file_ops.copy ["/a","/b",384])");
    EXPECT_EQ(asked("fetch{src = '/a', dest = '/b'}"), R"(file_ops.fetch ["/a","/b",null])");
    EXPECT_EQ(asked("lineinfile{path = '/a', line = 'x'}"),
              R"(file_ops.lineinfile ["/a","x",null,"present",true,null,null])");
    EXPECT_EQ(asked("lineinfile{path = '/a', line = 7, regexp = '^x', create = false, insertafter "
                    "= 'EOF'}"),
              R"(file_ops.lineinfile ["/a","7","^x","present",false,"EOF",null])");
    EXPECT_EQ(asked("lineinfile{path = '/a', regexp = '^x', state = 'absent'}"),
              R"(file_ops.lineinfile ["/a",null,"^x","absent",true,null,null])");
    EXPECT_EQ(asked("lineinfile{path = '/a', line = 'x', regexp = '', insertbefore = '^y'}"),
              R"(file_ops.lineinfile ["/a","x",null,"present",true,null,"^y"])");
    EXPECT_EQ(
        asked("blockinfile{path = '/a', block = 'x\\ny'}"),
        R"(file_ops.blockinfile ["/a","x\ny","# BEGIN MANAGED BLOCK","# END MANAGED BLOCK","present",true])");
    EXPECT_EQ(
        asked("blockinfile{path = '/a', state = 'absent', marker_begin = '<', marker_end = '>'}"),
        R"(file_ops.blockinfile ["/a","","<",">","absent",true])");
    EXPECT_EQ(asked("replace{path = '/a', pattern = 'x+', replacement = ''}"),
              R"(file_ops.replace ["/a","x+",""])");
    EXPECT_EQ(asked("unarchive{src = '/a', dest = '/b'}"), R"(file_ops.unarchive ["/a","/b"])");
    EXPECT_EQ(asked("stat{path = '/a'}"), R"(file_ops.stat ["/a",true])");
    EXPECT_EQ(asked("stat{path = '/a', checksum = false}"), R"(file_ops.stat ["/a",false])");
    EXPECT_EQ(asked("template{src = '/a', dest = '/b'}"), R"(file_ops.template ["/a"])");
}

TEST(FileOps, says_what_is_wrong_with_a_call) {
    for (const std::string name : {"copy", "fetch", "template", "unarchive"}) {
        const std::string full = "file_ops." + name;
        EXPECT_EQ(asked(name + "{dest = '/b'}"),
                  full + ": the field `src` is missing: it must be a string");
        EXPECT_EQ(asked(name + "{src = '/a'}"),
                  full + ": the field `dest` is missing: it must be a string");
        EXPECT_EQ(asked(name + "{src = {}, dest = '/b'}"),
                  full + ": the field `src` must be a string, not a table");
        EXPECT_EQ(asked(name + "{src = '/a', dst = '/b'}"),
                  full + ": there is no field `dst`: did you mean `dest`?");
        EXPECT_EQ(asked(name + "{src = '/a', dest = ''}"),
                  full + ": the field `dest` is empty: a path is expected");
    }
    for (const std::string name : {"lineinfile", "blockinfile", "replace", "stat"}) {
        const std::string full = "file_ops." + name;
        EXPECT_EQ(
            asked(name + "{line = 'x', block = 'x', pattern = 'x'}").substr(0, full.size() + 1),
            full + ":");
        EXPECT_EQ(asked(name + "{}"), full + ": the field `path` is missing: it must be a string");
        EXPECT_EQ(asked(name + "{path = true}"),
                  full + ": the field `path` must be a string, not a boolean");
        EXPECT_EQ(asked(name + "{path = 'a\\0'}"),
                  full + ": the field `path` holds a zero byte, which no path can");
    }
    EXPECT_EQ(asked("copy('/a', '/b')"),
              "file_ops.copy: it takes one table with src, dest, mode, not string");
    EXPECT_EQ(asked("copy()"),
              "file_ops.copy: it takes one table with src, dest, mode, not nothing");
    EXPECT_EQ(asked("copy{'/a', '/b'}"),
              "file_ops.copy: it takes a table of named fields (src, dest, mode), not a list");
    EXPECT_EQ(asked("copy{src = '/a', dest = '/b', owner = 'x'}"),
              "file_ops.copy: there is no field `owner`: there are src, dest, mode");
    EXPECT_EQ(asked("stat{path = '/a', checksum = 'md5'}"),
              "file_ops.stat: the field `checksum` must be true or false, not a string");
}

TEST(FileOps, says_what_is_wrong_with_lines_blocks_and_patterns) {
    EXPECT_EQ(asked("lineinfile{path = '/a'}"),
              "file_ops.lineinfile: the field `line` is missing: it must be a string");
    EXPECT_EQ(asked("lineinfile{path = '/a', state = 'absent'}"),
              "file_ops.lineinfile: the field `line` is missing: it must be a string");
    EXPECT_EQ(asked("lineinfile{path = '/a', line = 'x', state = 'gone'}"),
              "file_ops.lineinfile: the field `state` must be one of present, absent, not 'gone'");
    EXPECT_EQ(asked("lineinfile{path = '/a', line = 'x\\ny', state = 'absent'}"),
              "file_ops.lineinfile: the field `line` must be one line with the state absent");
    EXPECT_EQ(asked("lineinfile{path = '/a', line = 'x\\ny', regexp = 'x'}"),
              "file_ops.lineinfile: the field `line` must be one line with `regexp`");
    EXPECT_EQ(asked("lineinfile{path = '/a', line = 'x', regexp = '('}"),
              "file_ops.lineinfile: the field `regexp`: the pattern is wrong at character 1, '(': "
              "missing )");
    EXPECT_EQ(asked("lineinfile{path = '/a', line = 'x', insertafter = 'a', insertbefore = 'b'}"),
              "file_ops.lineinfile: it takes `insertafter` or `insertbefore`, not both");
    EXPECT_EQ(asked("blockinfile{path = '/a'}"),
              "file_ops.blockinfile: the field `block` is missing: it must be a string");
    EXPECT_EQ(asked("blockinfile{path = '/a', block = 'x', marker_begin = 'm', marker_end = 'm'}"),
              "file_ops.blockinfile: `marker_begin` and `marker_end` must not be the same");
    EXPECT_EQ(asked("blockinfile{path = '/a', block = 'x', marker_begin = ''}"),
              "file_ops.blockinfile: a marker must be one line of text");
    EXPECT_EQ(asked("replace{path = '/a', replacement = 'x'}"),
              "file_ops.replace: the field `pattern` is missing: it must be a pattern");
    EXPECT_EQ(asked("replace{path = '/a', pattern = 'x'}"),
              "file_ops.replace: the field `replacement` is missing: it must be a string");
    EXPECT_EQ(
        asked("replace{path = '/a', pattern = '(x)', replacement = '$2'}"),
        "file_ops.replace: the field `replacement`: the pattern has no group ${2}; $$ is a dollar");
    EXPECT_EQ(asked("template{src = '/a', dest = '/b', vars = 'x'}"),
              "file_ops.template: the field `vars` must be a table, not a string");
}

TEST(FileOps, hands_on_what_could_not_be_read_of_a_template) {
    ScriptBed bed;
    bed.broker = [](const EffectRequest&) { return R"([null, "read '/a': no such file"])"; };
    EXPECT_EQ(bed.eval("return file_ops.template{src = '/a', dest = '/b'}"),
              "nil\tread '/a': no such file");
}

TEST(FileOps, writes_what_a_template_becomes) {
    ScriptBed bed;
    bed.broker = [](const EffectRequest& request) {
        return request.kind == EffectKind::file_read ? R"(["plain text"])"
                                                     : R"([true, {"changed": true}])";
    };
    const Outcome got = bed.call(
        "local t = {src = '/a', dest = '/b', mode = '0600'}\n"
        "local ok, facts = file_ops.template(t)\n"
        "print(ok, facts.changed, t.src, #t)\n"
        "print(pcall(file_ops.template, {src = '/c', dest = '/d'}))");
    EXPECT_EQ(got.output.substr(0, got.output.find('\n')), "true\ttrue\t/a\t0");
    ASSERT_EQ(got.effects.size(), 4u) << got.error;
    EXPECT_EQ(got.effects[0], R"(file_ops.template ["/a"])");
    EXPECT_EQ(got.effects[1], R"(file_ops.template ["/b","plain text",384])");
    EXPECT_EQ(got.effects[3], R"(file_ops.template ["/d","plain text",null])");
}

TEST(FileOps, renders_a_template_with_its_variables) {
    ScriptBed bed;
    bed.broker = [](const EffectRequest& request) {
        return request.kind == EffectKind::file_read ? R"(["listen {{.port}}"])"
                                                     : R"([true, {"changed": true}])";
    };
    const Outcome got =
        bed.call("file_ops.template{src = '/a', dest = '/b', vars = {port = 8080}}");
    ASSERT_EQ(got.effects.size(), 2u) << got.error;
    EXPECT_EQ(got.effects[1], R"(file_ops.template ["/b","listen 8080",null])");
}

TEST(FileOps, says_where_a_template_is_wrong_and_writes_nothing) {
    ScriptBed bed;
    bed.broker = [](const EffectRequest&) { return R"(["a\n{{nope}}"])"; };
    EXPECT_EQ(bed.eval("return file_ops.template{src = '/a', dest = '/b'}"),
              "nil\ttemplate: line 2, column 3: there is no function nope");
}

}  // namespace
}  // namespace sloth::lua
