// The language as the documentation of Go's text/template describes it. What is expected here was
// compared with Go 1.26, except where a difference is named in template.h.
#include "text/template/template.h"

#include "text/template/template_bed.h"

namespace sloth::text {
namespace {

constexpr std::string_view kData =
    "{name: web, n: 3, f: 2.5, t: true, e: '', zero: 0, none: ~, l: [1, x, [2]], empty: [],"
    " m: {b: 2, a: 1}, deep: {er: {est: down}}, users: [{name: bo, age: 4}, {name: al, age: 7}]}";

std::string with_data(std::string_view source) { return rendered(source, kData); }

TEST(Template, prints_text_and_values) {
    EXPECT_EQ(rendered("no action, {one}} brace"), "no action, {one}} brace");
    EXPECT_EQ(with_data("{{.name}} {{.n}} {{.f}} {{.t}} {{.l}} {{.m}}"),
              "web 3 2.5 true [1 x [2]] map[a:1 b:2]");
    EXPECT_EQ(with_data("{{.deep.er.est}} {{$.deep.er.est}} {{.deep.er}}"),
              "down down map[est:down]");
    EXPECT_EQ(with_data("{{1}} {{-2}} {{1.5}} {{1e6}} {{\"a\\tb\"}} {{`a\\t`}} {{'a'}} {{true}}"),
              "1 -2 1.5 1e+06 a\tb a\\t 97 true");
    EXPECT_EQ(with_data("{{0x1F}} {{0b101}} {{0o17}} {{017}} {{1_000}} {{0x1p4}} {{.5}}"),
              "31 5 15 15 1000 16 0.5");
    EXPECT_EQ(rendered("{{.}}", "text"), "text");
    EXPECT_EQ(rendered("{{.}}", "[a, ~]"), "[a <nil>]");
}

TEST(Template, what_is_missing_is_no_value) {
    EXPECT_EQ(with_data("{{.missing}} {{.none}} {{.missing.deeper}} {{.none.x}}"),
              "<no value> <no value> <no value> <no value>");
    EXPECT_EQ(with_data("{{if .missing}}a{{else}}b{{end}}{{range .missing}}c{{else}}d{{end}}"),
              "bd");
    EXPECT_EQ(with_data("{{index .m \"zz\"}} {{printf \"%v\" .missing}}"), "<no value> <nil>");
    EXPECT_EQ(with_data("{{.name.x}}"),
              "error: template: line 1, column 3: a string has no field .x");
}

TEST(Template, trims_blanks_beside_markers) {
    EXPECT_EQ(with_data("a \n {{- 1 -}} \t\n b"), "a1b");
    EXPECT_EQ(with_data("a {{- 1}} b {{2 -}} c"), "a1 b 2c");
    EXPECT_EQ(with_data("{{23 -}} < {{- 45}}"), "23<45");
    EXPECT_EQ(with_data("{{-3}} {{- -3 -}} x"), "-3-3x");
    EXPECT_EQ(with_data("a {{/* a\ncomment */}} b {{- /* x */ -}} c"), "a  bc");
}

TEST(Template, actions_may_run_over_lines) {
    EXPECT_EQ(with_data("{{printf\n  \"%s-%d\"\n  .name\n  .n\n}}"), "web-3");
}

TEST(Template, chooses_with_if) {
    EXPECT_EQ(with_data("{{if .t}}yes{{end}}{{if .e}}no{{end}}"), "yes");
    EXPECT_EQ(with_data("{{if .zero}}0{{else if .e}}e{{else if .n}}n{{.n}}{{else}}none{{end}}"),
              "n3");
    EXPECT_EQ(with_data("{{if .e}}a{{else}}b{{end}}"), "b");
    for (const char* truth : {".t", ".n", ".f", ".name", ".l", ".m", "-1", "\"x\"", "'a'", "0.1"})
        EXPECT_EQ(with_data("{{if " + std::string(truth) + "}}1{{else}}0{{end}}"), "1") << truth;
    for (const char* untruth : {".missing", "false", "0", "0.0", "\"\"", ".empty", "nil", ".none"})
        EXPECT_EQ(with_data("{{if and true " + std::string(untruth) + "}}1{{else}}0{{end}}"), "0")
            << untruth;
    EXPECT_EQ(with_data("{{if $x := .n}}{{$x}}{{else}}{{$x}}{{end}}"), "3");
}

TEST(Template, goes_over_arrays_objects_and_numbers) {
    EXPECT_EQ(with_data("{{range .l}}<{{.}}>{{end}}"), "<1><x><[2]>");
    EXPECT_EQ(with_data("{{range $x := .l}}<{{$x}}>{{end}}"), "<1><x><[2]>");
    EXPECT_EQ(with_data("{{range $i, $x := .l}}{{$i}}={{$x}} {{end}}"), "0=1 1=x 2=[2] ");
    EXPECT_EQ(with_data("{{range .m}}{{.}} {{end}}{{range $k, $v := .m}}{{$k}}={{$v}} {{end}}"),
              "1 2 a=1 b=2 ");
    EXPECT_EQ(with_data("{{range 3}}{{.}}{{end}}{{range $i := .n}}{{$i}}{{end}}"), "012012");
    EXPECT_EQ(with_data("{{range .empty}}x{{else}}none{{.n}}{{end}}{{range 0}}x{{else}}0{{end}}"),
              "none30");
    EXPECT_EQ(with_data("{{range .users}}{{.name}} {{$.name}} {{end}}"), "bo web al web ");
    EXPECT_EQ(with_data("{{range $i, $u := .users}}{{if $i}}, {{end}}{{$u.name}}{{end}}"),
              "bo, al");
    EXPECT_EQ(with_data("{{$n := 0}}{{range .l}}{{$n = len $.l}}{{end}}{{$n}}"), "3");
    EXPECT_EQ(with_data("{{range .name}}{{end}}"),
              "error: template: line 1, column 9: range cannot go over a string");
    EXPECT_EQ(with_data("{{range $i, $x := 3}}{{end}}"),
              "error: template: line 1, column 9: range cannot go over an integer with two "
              "variables");
}

TEST(Template, leaves_and_goes_on_with_loops) {
    EXPECT_EQ(with_data("{{range 9}}{{if eq . 3}}{{break}}{{end}}{{.}}{{end}}"), "012");
    EXPECT_EQ(with_data("{{range 5}}{{if eq . 1 3}}{{continue}}{{end}}{{.}}{{end}}"), "024");
    EXPECT_EQ(with_data("{{range 2}}{{range 5}}{{if eq . 1}}{{break}}{{end}}{{.}}{{end}};{{end}}"),
              "0;0;");
    EXPECT_EQ(with_data("{{range $k, $v := .m}}{{$k}}{{break}}{{end}}"), "a");
    EXPECT_EQ(with_data("{{break}}"),
              "error: template: line 1, column 3: break stands outside of every range");
    EXPECT_EQ(with_data("{{range 2}}{{else}}{{continue}}{{end}}"),
              "error: template: line 1, column 22: continue stands outside of every range");
}

TEST(Template, moves_dot_with_with) {
    EXPECT_EQ(with_data("{{with .deep.er}}{{.est}}{{end}}{{with .e}}x{{end}}"), "down");
    EXPECT_EQ(with_data("{{with .e}}a{{else}}{{.n}}{{end}}"), "3");
    EXPECT_EQ(with_data("{{with .e}}a{{else with .name}}{{.}}{{else}}c{{end}}"), "web");
    EXPECT_EQ(with_data("{{with $x := .n}}{{$x}}{{.}}{{end}}"), "33");
}

TEST(Template, has_variables_with_a_scope) {
    EXPECT_EQ(with_data("{{$x := 1}}{{$x}}{{$x = .name}}{{$x}}"), "1web");
    EXPECT_EQ(with_data("{{$x := 1}}{{if true}}{{$x := 2}}{{$x}}{{end}}{{$x}}"), "21");
    EXPECT_EQ(with_data("{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}"), "2");
    EXPECT_EQ(with_data("{{$x := 1}}{{$x := print $x 2}}{{$x}}"), "1 2");
    EXPECT_EQ(with_data("{{$d := .deep}}{{$d.er.est}}"), "down");
    EXPECT_EQ(with_data("{{if true}}{{$x := 2}}{{end}}{{$x}}"),
              "error: template: line 1, column 32: there is no variable $x");
    EXPECT_EQ(with_data("{{$x = 2}}"),
              "error: template: line 1, column 3: there is no variable $x");
}

TEST(Template, pipes_the_value_in_as_the_last_argument) {
    EXPECT_EQ(with_data("{{.name | printf \"%s-%s\" \"x\"}}"), "x-web");
    EXPECT_EQ(with_data("{{\"output\" | printf \"%s\" | printf \"%q\"}}"), "\"output\"");
    EXPECT_EQ(with_data("{{printf \"%d\" (len .l) | len}}"), "1");
    EXPECT_EQ(with_data("{{(index .users 1).name}} {{(print .n).x}}").substr(0, 31),
              "error: template: line 1, column");
    EXPECT_EQ(with_data("{{(index .users 1).name}} {{(.deep).er.est}} {{((.n))}}"), "al down 3");
    EXPECT_EQ(with_data("{{index (index .l 2) 0}}"), "2");
    EXPECT_EQ(with_data("{{1 | .n}}"),
              "error: template: line 1, column 7: only a function takes arguments");
}

TEST(Template, defines_and_calls_templates) {
    EXPECT_EQ(with_data("{{define \"a\"}}<{{.}}>{{end}}{{template \"a\" .n}}{{template \"a\"}}"),
              "<3><<no value>>");
    EXPECT_EQ(with_data("{{template \"a\" .deep}}{{define \"a\"}}{{.er.est}}{{$.er.est}}{{end}}"),
              "downdown");
    EXPECT_EQ(with_data("{{block \"b\" .name}}[{{.}}]{{end}}{{template \"b\" .n}}"), "[web][3]");
    EXPECT_EQ(with_data("{{define \"a\"}}{{template \"b\" .}}{{end}}{{define \"b\"}}b{{.}}{{end}}"
                        "{{range .l}}{{template \"a\" .}}{{end}}"),
              "b1bxb[2]");
    EXPECT_EQ(rendered("{{define \"t\"}}{{.v}}{{range .c}}({{template \"t\" .}}){{end}}{{end}}"
                       "{{template \"t\" .}}",
                       "{v: 1, c: [{v: 2, c: [{v: 3}]}, {v: 4}]}"),
              "1(2(3))(4)");
    EXPECT_EQ(with_data("{{template \"nope\"}}"),
              "error: template: line 1, column 3: there is no template \"nope\"");
    EXPECT_EQ(with_data("{{define \"a\"}}{{end}}{{define \"a\"}}{{end}}"),
              "error: template: line 1, column 24: the template \"a\" is there twice");
    EXPECT_EQ(with_data("{{if true}}{{define \"a\"}}{{end}}{{end}}"),
              "error: template: line 1, column 14: a template is defined outside of every other");
}

TEST(Template, names_the_place_of_an_error) {
    EXPECT_EQ(with_data("line one\n  {{.name}} {{nope 1}}"),
              "error: template: line 2, column 15: there is no function nope");
    EXPECT_EQ(with_data("{{lenn .l}}"),
              "error: template: line 1, column 3: there is no function lenn: did you mean len?");
    EXPECT_EQ(with_data("\n\n{{index .l 9}}"),
              "error: template: line 3, column 3: index: an array of 3 has no place 9");
    EXPECT_EQ(with_data("{{len 1 2}}"),
              "error: template: line 1, column 3: len takes 1 argument, not 2");
    EXPECT_EQ(with_data("{{call .name}}"),
              "error: template: line 1, column 3: call: there are no functions in data");
}

TEST(Template, refuses_broken_text) {
    const std::pair<const char*, const char*> cases[] = {
        {"{{", "line 1, column 1: the action has no end: }}"},
        {"a\n{{ .x ", "line 2, column 1: the action has no end: }}"},
        {"{{}}", "line 1, column 3: the action has no value"},
        {"{{if}}{{end}}", "line 1, column 5: if has no value"},
        {"{{if 1}}", "line 1, column 3: if has no {{end}}"},
        {"{{range 1}}{{else}}", "line 1, column 3: range has no {{end}}"},
        {"{{end}}", "line 1, column 3: nothing is open that end belongs to"},
        {"{{else}}", "line 1, column 3: nothing is open that else belongs to"},
        {"{{if 1}}{{else}}{{else}}{{end}}", "line 1, column 19: if has an else already"},
        {"{{end x}}", "line 1, column 3: nothing is open that end belongs to"},
        {"{{if 1}}{{end x}}", "line 1, column 15: }} must follow end"},
        {"{{/* x }}", "line 1, column 1: the comment has no end: */}}"},
        {"{{/* x */ 1}}", "line 1, column 1: a comment must end in */}} or */ -}}"},
        {"{{\"x}}", "line 1, column 3: the \"text\" has no end"},
        {"{{\"\\q\"}}", "line 1, column 3: \\q is no escape in a quoted text"},
        {"{{''}}", "line 1, column 3: '' holds no character"},
        {"{{'ab'}}", "line 1, column 3: 'ab' holds more than one character"},
        {"{{08}}", "line 1, column 3: 08 is no number"},
        {"{{1a}}", "line 1, column 3: 1a is no number"},
        {"{{1__0}}", "line 1, column 3: 1__0 is no number"},
        {"{{9223372036854775808}}",
         "line 1, column 3: the number 9223372036854775808 is too large"},
        {"{{print\"x\"}}", "line 1, column 8: the character \" does not fit here"},
        {"{{a#}}", "line 1, column 4: the character # does not fit here"},
        {"{{(1}}", "line 1, column 5: }} does not fit here"},
        {"{{1)}}", "line 1, column 4: ) does not fit here"},
        {"{{1 |}}", "line 1, column 6: a value must stand before this"},
        {"{{| 1}}", "line 1, column 3: | does not fit here"},
        {"{{.a.}}", "line 1, column 5: a name must follow the dot"},
        {"{{1 .x}}", "line 1, column 3: only a function takes arguments"},
        {"{{\"x\".y}}", "line 1, column 6: .y follows what has no fields: put it in brackets"},
        {"{{$x, $y := 1}}", "line 1, column 5: a comma stands only in {{range $i, $x := ...}}"},
        {"{{template x}}",
         "line 1, column 12: the name of a template, in quotes, must follow template"},
        {"{{define \"a\"}}", "line 1, column 3: define has no {{end}}"},
        {"{{if else}}{{end}}", "line 1, column 6: else does not fit here"},
        {"{{nil}}", "line 1, column 3: nil is no value by itself"},
        {"{{print(1)}}", "line 1, column 8: ( must stand apart from what is before"},
    };
    for (const auto& [source, why] : cases)
        EXPECT_EQ(with_data(source), std::string("error: template: ") + why) << source;
}

TEST(Template, ends_at_its_limits) {
    EXPECT_EQ(rendered("{{range 1000}}{{range 1000}}{{range 1000}}{{end}}{{end}}{{end}}"),
              "error: template: line 1, column 31: the template takes more than 1000000 steps");
    EXPECT_EQ(rendered("{{range 100}}0123456789{{end}}", "{}", {.max_output = 500}),
              "error: template: line 1, column 14: the text grows over 500 bytes");
    EXPECT_EQ(rendered("{{$x := \"0123456789\"}}{{range 40}}{{$x = print $x $x}}{{end}}"),
              "error: template: line 1, column 42: print: the text grows over 4194304 bytes");
    EXPECT_EQ(rendered("{{printf \"%999999d%999999d%999999d%999999d%999999d\" 1 2 3 4 5}}"),
              "error: template: line 1, column 3: printf: the text grows over 4194304 bytes");
    EXPECT_EQ(rendered("{{define \"a\"}}{{template \"a\"}}{{end}}{{template \"a\"}}"),
              "error: template: line 1, column 17: more than 400 templates, blocks and brackets "
              "inside one another");
    std::string blocks;
    for (int i = 0; i < 101; ++i) blocks += "{{if 1}}";
    EXPECT_NE(rendered(blocks).find("more than 100 blocks"), std::string::npos);
    EXPECT_NE(rendered("{{" + std::string(100'000, '(') + "}}").find("more than 100 brackets"),
              std::string::npos);
    EXPECT_EQ(rendered(std::string((256 << 10) + 1, ' ')),
              "error: template: the text has 262145 bytes, more than 262144");
    const Result<Template> endless = Template::parse("{{range 999999999}}{{end}}");
    EXPECT_EQ(endless->render({}).error().code, Code::exhausted);
}

// Each costs one step by name, and much more by what it does.
TEST(Template, counts_the_size_of_what_functions_work_on) {
    const std::string big = "{s: " + std::string(500'000, 'x') + "}";
    for (const char* call :
         {"eq .s $.s", "contains \"y\" .s", "len (upper .s)", "slice .s 0 499999", "split \"y\" .s",
          "index (split \"x\" (slice .s 0 90000)) 1"})
        EXPECT_NE(rendered("{{range $i := 10000}}{{with $}}{{$z := " + std::string(call) +
                               "}}{{end}}{{end}}",
                           big, {.max_steps = 100'000})
                      .find("more than 100000 steps"),
                  std::string::npos)
            << call;
}

}  // namespace
}  // namespace sloth::text
