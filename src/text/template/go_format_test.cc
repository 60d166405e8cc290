// What is expected here was printed by Go 1.26's fmt.
#include "text/template/go_format.h"

#include "text/template/template_bed.h"

namespace sloth::text {
namespace {

std::string formatted(std::string_view format, std::vector<Value> values = {}) {
    std::vector<Ref> args;
    for (Value& value : values) args.push_back(value.is_null() ? nullptr : make_ref(value));
    std::string out;
    EXPECT_TRUE(append_sprintf(out, format, args, 1 << 20));
    return out;
}

struct Case {
    const char* format;
    Value value;
    const char* text;
};

void check(std::initializer_list<Case> cases) {
    for (const Case& c : cases) EXPECT_EQ(formatted(c.format, {c.value}), c.text) << c.format;
}

TEST(GoFormat, writes_whole_numbers) {
    check({{"%d", 42, "42"},         {"%5d|", 42, "   42|"},
           {"%-5d|", 42, "42   |"},  {"%05d", -42, "-0042"},
           {"%+d", 42, "+42"},       {"% d", 42, " 42"},
           {"%x", 255, "ff"},        {"%X", 255, "FF"},
           {"%#x", 255, "0xff"},     {"%o", 8, "10"},
           {"%#o", 8, "010"},        {"%O", 8, "0o10"},
           {"%b", 5, "101"},         {"%#b", 5, "0b101"},
           {"%.5d", 42, "00042"},    {"%8.3d", -7, "    -007"},
           {"%.0d", 0, ""},          {"%c", 0x20AC, "\u20ac"},
           {"%q", 0x41, "'A'"},      {"%+q", 0x20AC, "'\\u20ac'"},
           {"%U", 0x20AC, "U+20AC"}, {"%#U", 0x20AC, "U+20AC '\u20ac'"},
           {"%v", -7, "-7"},         {"%d", INT64_MIN, "-9223372036854775808"},
           {"%x", -255, "-ff"}});
}

TEST(GoFormat, writes_other_numbers) {
    check({{"%v", 1.0, "1"},
           {"%v", 1e20, "1e+20"},
           {"%v", 1e21, "1e+21"},
           {"%v", 123456789.0, "1.23456789e+08"},
           {"%v", 0.00001, "1e-05"},
           {"%g", 100000.0, "100000"},
           {"%g", 1000000.0, "1e+06"},
           {"%.3g", 1234.5678, "1.23e+03"},
           {"%f", 2.5, "2.500000"},
           {"%.2f", 2.345, "2.35"},
           {"%8.1f|", -2.25, "    -2.2|"},
           {"%08.1f", -2.25, "-00002.2"},
           {"%e", 1234.5678, "1.234568e+03"},
           {"%E", 0.0, "0.000000E+00"},
           {"%+.1e", 5.0, "+5.0e+00"},
           {"%x", 1.5, "0x1.8p+00"},
           {"%X", -3.0, "-0X1.8P+01"},
           {"%.2x", 3.14159, "0x1.92p+01"},
           {"%b", 1.0, "4503599627370496p-52"},
           {"%#g", 1.0, "1.00000"},
           {"%v", 5e-324, "5e-324"},
           {"%6.2f%%", 99.5, " 99.50%"},
           {"% .3f", 1.0, " 1.000"},
           {"%05v|", 1e300 * 1e300, " +Inf|"}});
}

// Unlike Go's, since data has one kind of numbers.
TEST(GoFormat, whole_and_other_numbers_take_each_others_verbs) {
    check({{"%.1f", 50, "50.0"},
           {"%g", 7, "7"},
           {"%e", -3, "-3.000000e+00"},
           {"%03d", 7.0, "007"},
           {"%d", 2.5, "%!d(float64=2.5)"},
           {"%x", 255.0, "0x1.fep+07"}});
}

TEST(GoFormat, writes_strings_and_booleans) {
    check({{"%s", "abc", "abc"},
           {"%5s|", "abc", "  abc|"},
           {"%-5s|", "abc", "abc  |"},
           {"%.2s", "\u20acuro", "\u20acu"},
           {"%5.1s|", "abc", "    a|"},
           {"%q", "a\"b\n\u00e9\x01\xff", "\"a\\\"b\\n\u00e9\\x01\\xff\""},
           {"%+q", "\u00e9\U0001F422", "\"\\u00e9\\U0001f422\""},
           {"%#q", "a`b", "\"a`b\""},
           {"%#q", "ab", "`ab`"},
           {"%x", "hi\xff", "6869ff"},
           {"% x", "hi", "68 69"},
           {"%#x", "hi", "0x6869"},
           {"% #X", "hi", "0X68 0X69"},
           {"%v", "a b", "a b"},
           {"%#v", "a", "\"a\""},
           {"%t", true, "true"},
           {"%7t|", false, "  false|"},
           {"%v", true, "true"},
           {"%05s", "ab", "000ab"}});
}

TEST(GoFormat, writes_nested_values) {
    const Value::Array list{1, "x", Value(), 2.5, Value::Array{true}};
    const Value::Object map{{"b", Value()}, {"a", 1}};
    check({{"%v", list, "[1 x <nil> 2.5 [true]]"},
           {"%v", map, "map[a:1 b:<nil>]"},
           {"%d", list, "[1 %!d(string=x) <nil> %!d(float64=2.5) [%!d(bool=true)]]"},
           {"%03d", Value::Array{1, 2}, "[001 002]"},
           {"%q", Value::Array{"a", "b"}, "[\"a\" \"b\"]"},
           {"%s", map, "map[a:%!s(int=1) b:<nil>]"},
           {"%#v", list, "[]interface {}{1, \"x\", interface {}(nil), 2.5, []interface {}{true}}"},
           {"%#v", map, "map[string]interface {}{\"a\":1, \"b\":interface {}(nil)}"},
           {"%T", list, "[]interface {}"},
           {"%T", map, "map[string]interface {}"},
           {"%T", 1, "int"},
           {"%T", 1.5, "float64"},
           {"%T", Value(), "<nil>"},
           {"%v", Value(), "<nil>"}});
}

TEST(GoFormat, takes_widths_and_places_from_arguments) {
    EXPECT_EQ(formatted("%*d|", {5, 42}), "   42|");
    EXPECT_EQ(formatted("%-*d|", {5, 42}), "42   |");
    EXPECT_EQ(formatted("%*d|", {-5, 42}), "42   |");
    EXPECT_EQ(formatted("%.*f", {2, 3.14159}), "3.14");
    EXPECT_EQ(formatted("%[2]d %[1]d", {1, 2}), "2 1");
    EXPECT_EQ(formatted("%[3]*.[2]*[1]f|", {12.0, 2, 6}), " 12.00|");
    EXPECT_EQ(formatted("%[1]d %d %[1]q", {65, 2}), "65 2 'A'");
}

TEST(GoFormat, notes_wrong_use_in_the_text) {
    EXPECT_EQ(formatted("%d", {"x"}), "%!d(string=x)");
    EXPECT_EQ(formatted("%s", {5}), "%!s(int=5)");
    EXPECT_EQ(formatted("%z", {3}), "%!z(int=3)");
    EXPECT_EQ(formatted("%d %d", {1}), "1 %!d(MISSING)");
    EXPECT_EQ(formatted("%d", {1, "x", Value()}), "1%!(EXTRA string=x, <nil>)");
    EXPECT_EQ(formatted("%d", {Value()}), "%!d(<nil>)");
    EXPECT_EQ(formatted("100%"), "100%!(NOVERB)");
    EXPECT_EQ(formatted("%[5]d", {1}), "%!d(BADINDEX)");
    EXPECT_EQ(formatted("%[x]d", {1}), "%!d(BADINDEX)");
    EXPECT_EQ(formatted("%*d", {"w", 1}), "%!(BADWIDTH)1");
    EXPECT_EQ(formatted("%.*d", {-1, 1}), "%!(BADPREC)1");
    EXPECT_EQ(formatted("%%|%5%"), "%|%");
    EXPECT_EQ(formatted("%9999999999d", {1}), "%!(NOVERB)%!(EXTRA int=1)");
}

TEST(GoFormat, stops_when_the_text_is_too_long) {
    std::string out;
    const std::vector<Ref> args{make_ref(Value::Array(100'000, "some text"))};
    EXPECT_FALSE(append_sprintf(out, "%v", args, 1000));
    EXPECT_LT(out.size(), 1100u);
}

}  // namespace
}  // namespace sloth::text
