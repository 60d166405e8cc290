#include <gtest/gtest.h>

#include "lua/script_bed.h"

namespace sloth::lua {
namespace {

TEST(LuaTemplate, renders_data) {
    ScriptBed bed;
    EXPECT_EQ(bed.eval("return template.render('Hello {{.name}}', {name = 'bo'})"), "Hello bo");
    EXPECT_EQ(bed.eval("return template.render('{{range .}}<{{.}}>{{end}}', {1, 2.0, 'x'})"),
              "<1><2><x>");
    EXPECT_EQ(bed.eval("return template.render('{{range $k, $v := .m}}{{$k}}={{$v}};{{end}}', "
                       "{m = {b = true, a = 1}})"),
              "a=1;b=true;");
    EXPECT_EQ(bed.eval("return template.render('{{.x}} {{.}}')"), "<no value> <no value>");
    EXPECT_EQ(bed.eval("return template.render('{{toJson .}}', {a = {1, 'x'}, b = {}})"),
              R"({"a":[1,"x"],"b":{}})");
    EXPECT_EQ(bed.eval("return template.render('{{.a.b.c}}{{.t | printf \"%q\"}}', "
                       "{a = {b = {c = 5}}, t = '\\xff'})"),
              "5\"\\xff\"");
}

TEST(LuaTemplate, says_what_is_wrong) {
    ScriptBed bed;
    EXPECT_EQ(bed.eval("return template.render('a\\n{{nope}}', {})"),
              "nil\ttemplate: line 2, column 3: there is no function nope");
    EXPECT_EQ(bed.eval("return template.render('{{.a.b}}', {a = 1})"),
              "nil\ttemplate: line 1, column 3: an integer has no field .b");
    EXPECT_EQ(bed.eval("return template.render('{{range 99999999}}{{end}}')"),
              "nil\ttemplate: line 1, column 3: the template takes more than 1000000 steps");
    EXPECT_EQ(bed.eval("return select(2, pcall(template.render, 'x', {f = print}))"),
              "template.render: the data of a template: cannot encode a function");
}

TEST(LuaTemplate, keeps_a_parsed_text) {
    ScriptBed bed;
    EXPECT_EQ(bed.eval("local t = template.parse('<{{.}}>') return t:render(1) .. t:render('x')"),
              "<1><x>");
    EXPECT_EQ(bed.eval("return template.parse('{{')"),
              "nil\ttemplate: line 1, column 1: the action has no end: }}");
    // More than are kept at once.
    EXPECT_EQ(
        bed.eval(
            "local all, out = {}, '' for i = 1, 40 do all[i] = template.parse(i .. '{{.}},') end "
            "for i = 38, 40 do out = out .. all[i]:render('x') end "
            "return out .. all[1]:render('y')"),
        "38x,39x,40x,1y,");
}

}  // namespace
}  // namespace sloth::lua
