#include <gtest/gtest.h>

#include "lua/script_bed.h"

namespace sloth::lua {
namespace {

TEST(LuaYaml, reads_text_as_values) {
    ScriptBed bed;
    EXPECT_EQ(bed.eval("local t = yaml.decode('a: [1, 2.5, yes, ~]\\nb: {c: 010}\\n') "
                       "return t.a[1], math.type(t.a[1]), t.a[2], t.a[3], t.a[4], t.b.c"),
              "1\tinteger\t2.5\tyes\tnil\t10");
    EXPECT_EQ(bed.eval("return json.encode(yaml.decode('a: []\\nb: {}\\nc: [x]'))"),
              R"({"a":[],"b":{},"c":["x"]})");
    EXPECT_EQ(bed.eval("return select('#', yaml.decode('')), yaml.decode('')"), "1\tnil");
    EXPECT_EQ(bed.eval("return yaml.decode('a: b: c')"),
              "nil\tYAML: line 1, column 5: illegal map value");
    EXPECT_EQ(bed.eval("return yaml.decode('--- 1\\n--- 2')"),
              "nil\tYAML: the text holds more than one document");
    EXPECT_EQ(
        bed.eval("local all = yaml.decode_all('--- 1\\n--- {a: x}\\n') return #all, all[2].a"),
        "2\tx");
    EXPECT_EQ(bed.eval("return json.encode(yaml.decode_all(''))"), "[]");
    EXPECT_EQ(bed.eval("return yaml.decode_all('[')").substr(0, 9), "nil\tYAML:");
}

TEST(LuaYaml, writes_values_as_text) {
    ScriptBed bed;
    EXPECT_EQ(
        bed.call("print(yaml.encode({name = 'web', ports = {80, 443}, on = 'yes', n = 3.0, "
                 "f = 0.5, none = json.array(), empty = {}, [7] = true}))")
            .output,
        "\"7\": true\nempty: {}\nf: 0.5\n\"n\": 3\nname: web\nnone: []\n\"on\": \"yes\"\nports:\n"
        "  - 80\n  - 443\n");
    EXPECT_EQ(bed.eval("return yaml.encode(nil)"), "null\n");
    EXPECT_EQ(bed.eval("return yaml.encode('\\xff')"), "!!binary \"/w==\"\n");
    EXPECT_EQ(bed.eval("return yaml.decode(yaml.encode('\\xff\\0')) == '\\xff\\0'"), "true");
    EXPECT_EQ(bed.eval("return yaml.encode({1, nil, 3})"), "- 1\n- null\n- 3\n");
    EXPECT_EQ(bed.eval("return yaml.encode({a = 0/0})"), "a: .nan\n");
}

TEST(LuaYaml, refuses_what_yaml_does_not_have) {
    ScriptBed bed;
    EXPECT_EQ(bed.eval("local t = {} t.t = t return select(2, pcall(yaml.encode, t))"),
              "yaml.encode: nested deeper than 64 levels, or a table that contains itself");
    EXPECT_EQ(bed.eval("return select(2, pcall(yaml.encode, {[{}] = 1}))"),
              "yaml.encode: cannot encode a table with a table as key");
    EXPECT_EQ(bed.eval("return select(2, pcall(yaml.encode, {['1'] = 1, [1] = 2}))"),
              "yaml.encode: cannot encode a table with both the keys \"1\" and 1");
    EXPECT_EQ(bed.eval("local t = {1} for i = 1, 30 do t = {t, t} end "
                       "return select(2, pcall(yaml.encode, t))"),
              "yaml.encode: it holds too many values");
}

}  // namespace
}  // namespace sloth::lua
