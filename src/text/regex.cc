#include "text/regex.h"

#include <re2/re2.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace sloth::text {
namespace {

constexpr int64_t kMaxMemory = 8 << 20;  // of one compiled expression

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

size_t next_character(std::string_view text, size_t at) {
    do {
        ++at;
    } while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
    return at;
}

// A replacement taken apart: literal text, and the number of a group behind it or -1.
struct Part {
    std::string literal;
    int group = -1;
};

class Template {
 public:
    Template(const re2::RE2& regex, std::string_view text) : regex_(regex) {
        while (!text.empty()) take(text);
    }
    const std::vector<Part>& parts() const { return parts_; }

 private:
    void take(std::string_view& text) {
        const size_t dollar = std::min(text.find('$'), text.size());
        parts_.push_back({std::string(text.substr(0, dollar)), -1});
        text.remove_prefix(dollar);
        if (text.empty()) return;
        text.remove_prefix(1);
        if (text.starts_with('$')) {
            parts_.back().literal += '$';
            text.remove_prefix(1);
        } else if (text.starts_with('{') && text.find('}') != text.npos) {
            const size_t end = text.find('}');
            parts_.back().group = group_of(text.substr(1, end - 1));
            text.remove_prefix(end + 1);
        } else if (!text.empty() && is_digit(text[0])) {
            const auto end = std::ranges::find_if_not(text, is_digit);
            const auto size = static_cast<size_t>(end - text.begin());
            parts_.back().group = group_of(text.substr(0, size));
            text.remove_prefix(size);
        } else {
            parts_.back().literal += '$';
        }
    }

    // One that the expression does not have finds nothing.
    int group_of(std::string_view name) const {
        int number = -1;
        if (std::ranges::all_of(name, is_digit) && !name.empty() && name.size() < 4) {
            number = std::stoi(std::string(name));
        } else if (const auto named = regex_.NamedCapturingGroups().find(std::string(name));
                   named != regex_.NamedCapturingGroups().end()) {
            number = named->second;
        }
        return number <= regex_.NumberOfCapturingGroups() ? number : -1;
    }

    const re2::RE2& regex_;
    std::vector<Part> parts_;
};

}  // namespace

Result<Regex> Regex::compile(std::string_view pattern) {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(kMaxMemory);
    auto compiled = std::make_shared<const re2::RE2>(piece(pattern), options);
    if (!compiled->ok()) {
        return fail(Code::invalid, "the pattern '{}' cannot be read: {}", pattern,
                    compiled->error());
    }
    return Regex(std::move(compiled));
}

bool Regex::matches(std::string_view text) const {
    return re2::RE2::PartialMatch(piece(text), *compiled_);
}

Result<Regex::Replaced> Regex::replace(std::string_view text, std::string_view replacement,
                                       size_t max_bytes) const {
    const Template parts(*compiled_, replacement);
    std::vector<re2::StringPiece> groups(static_cast<size_t>(compiled_->NumberOfCapturingGroups()) +
                                         1);
    Replaced out;
    size_t copied = 0;  // up to here the text is in the result
    for (size_t at = 0;
         at <= text.size() && compiled_->Match(piece(text), at, text.size(), re2::RE2::UNANCHORED,
                                               groups.data(), static_cast<int>(groups.size()));) {
        const auto begin = static_cast<size_t>(groups[0].data() - text.data());
        const size_t end = begin + groups[0].size();
        at = end > begin ? end : next_character(text, end);
        // Nothing, found where the match before it ended, is no match of its own.
        if (end == begin && out.count > 0 && begin == copied) continue;
        out.text.append(text.substr(copied, begin - copied));
        for (const Part& part : parts.parts()) {
            out.text.append(part.literal);
            if (part.group < 0) continue;
            const re2::StringPiece& found = groups[static_cast<size_t>(part.group)];
            out.text.append(found.data(), found.size());
        }
        ++out.count;
        copied = end;
        if (out.text.size() > max_bytes) {
            return fail(Code::exhausted, "the replacements make it larger than {} bytes",
                        max_bytes);
        }
    }
    out.text.append(text.substr(copied));
    if (out.text.size() > max_bytes) {
        return fail(Code::exhausted, "the replacements make it larger than {} bytes", max_bytes);
    }
    return out;
}

}  // namespace sloth::text
