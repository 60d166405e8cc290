// Regular expressions: pattern, text and replacement, with a zero byte between.
#include "fuzz/fuzz.h"
#include "text/regex.h"

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace sloth;
    std::string_view rest = as_text(data, size);
    const std::string_view pattern = take_part(rest);
    const std::string_view text = take_part(rest);
    const text::RegexLimits limits{.max_matches = 1000, .max_bytes = 64 << 10};
    const Result<text::Regex> quoted =
        text::Regex::compile("^(?s:" + text::quote_regex(text) + ")$");
    if (quoted) CHECK(quoted->find(text)->has_value());
    const Result<text::Regex> regex = text::Regex::compile(pattern);
    if (!regex) {
        CHECK(!regex.error().message.empty());
        return 0;
    }
    const auto all = regex->find_all(text, 1000, limits);
    if (!all) return 0;
    size_t end = 0;
    for (const text::Regex::Match& match : *all) {
        CHECK(match.size() == regex->names().size() + 1);
        CHECK(match[0] && match[0]->begin >= end && match[0]->end <= text.size());
        end = match[0]->end;
    }
    if (const auto kept = regex->replace(text, "$0", 1000, limits)) CHECK(*kept == text);
    (void)regex->replace(text, rest, 1000, limits);
    (void)regex->split(text, 1000, limits);
    return 0;
}
