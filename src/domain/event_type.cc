#include "domain/event_type.h"

#include "domain/event_catalogue.h"

namespace sloth {
namespace {

constexpr size_t kMaxLength = 128;

bool is_word_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

bool is_dotted(std::string_view name, bool stars) {
    if (name.empty() || name.size() > kMaxLength) return false;
    bool word_open = false;
    for (const char c : name) {
        if (c == '.') {
            if (!word_open) return false;
            word_open = false;
        } else if (is_word_char(c) || (stars && c == '*')) {
            word_open = true;
        } else {
            return false;
        }
    }
    return word_open;
}

}  // namespace

bool is_event_type(std::string_view name) { return is_dotted(name, false); }
bool is_event_pattern(std::string_view pattern) { return is_dotted(pattern, true); }
bool is_glob(std::string_view pattern) { return pattern.find('*') != std::string_view::npos; }

bool matches(std::string_view pattern, std::string_view type) {
    if (pattern == "*") return true;
    size_t p = 0;
    size_t t = 0;
    size_t star =
        std::string_view::npos;  // where to go back to, and what the star has eaten so far
    size_t eaten = 0;
    bool crosses_dots = false;
    while (t < type.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            crosses_dots = p + 1 < pattern.size() && pattern[p + 1] == '*';
            p += crosses_dots ? 2 : 1;
            star = p;
            eaten = t;
        } else if (p < pattern.size() && pattern[p] == type[t]) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos && (crosses_dots || type[eaten] != '.')) {
            p = star;
            t = ++eaten;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

Result<void> check_event_type(std::string_view name) {
    if (is_event_type(name)) return {};
    if (name.empty())
        return fail_with({Code::invalid, "an event needs a type", "for example task.failed"});
    return fail_with({Code::invalid,
                      fmt::format("'{}' is not an event type", name.substr(0, kMaxLength)),
                      "a type is words joined by dots, like task.failed or custom.my_event"});
}

}  // namespace sloth
