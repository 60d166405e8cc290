#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>

#include "base/utf8.h"
#include "text/yaml.h"
#include "text/yaml_builder.h"

namespace sloth::text {
namespace {

// The parser ends silently at some control characters; YAML has none of them.
bool is_control(unsigned char c) {
    return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F;
}

Result<void> check_text(std::string_view text, const YamlLimits& limits) {
    if (text.size() > limits.max_bytes)
        return fail(Code::invalid, "YAML: the text has {} bytes, more than {}", text.size(),
                    limits.max_bytes);
    if (!is_utf8(text)) return fail(Code::invalid, "YAML: the text is not UTF-8");
    const auto bad = std::ranges::find_if(text, is_control);
    if (bad == text.end()) return {};
    return fail(Code::invalid, "YAML: line {}: the character 0x{:02x} is not allowed",
                std::count(text.begin(), bad, '\n') + 1, static_cast<unsigned char>(*bad));
}

std::unexpected<Error> at(const YAML::Mark& mark, std::string_view why) {
    return fail(Code::invalid, "YAML: line {}, column {}: {}", mark.line + 1, mark.column + 1, why);
}

// The parser begins a new document wherever the value before has ended; YAML wants a line with ---
// or, before it, one with `...`.
bool begins_document(std::string_view text, size_t previous, size_t start) {
    return text.substr(start).starts_with("---") ||
           text.substr(previous, start - previous).find("\n...") != std::string_view::npos;
}

// At most `most` documents; one more is looked for, so that it is not dropped unsaid.
Result<std::vector<Value>> read(std::string_view text, const YamlLimits& limits, size_t most) {
    SLOTH_TRY_VOID(check_text(text, limits));
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    std::vector<Value> documents;
    size_t previous = 0;
    try {
        std::istringstream in{std::string(text)};
        YAML::Parser parser(in);
        YamlBuilder builder(limits);
        while (parser.HandleNextDocument(builder)) {
            if (builder.fault()) return fail(Code::invalid, "YAML: {}", builder.fault()->message);
            const auto start = static_cast<size_t>(builder.start().pos);
            if (!documents.empty() && !begins_document(text, previous, start))
                return at(builder.start(), "the value has ended above, and no --- begins another");
            if (documents.size() == most)
                return fail_with({Code::invalid, "YAML: the text holds more than one document",
                                  "read all of them, or take out the lines with ---"});
            documents.push_back(builder.take());
            previous = start;
        }
    } catch (const YAML::DeepRecursion& e) {
        return at(e.mark, fmt::format("nested deeper than {} levels", limits.max_depth));
    } catch (const YAML::Exception& e) {
        return at(e.mark, e.msg);
    }
    return documents;
}

}  // namespace

Result<Value> parse_yaml(std::string_view text, const YamlLimits& limits) {
    SLOTH_TRY(std::vector<Value> documents, read(text, limits, 1));
    return documents.empty() ? Value() : std::move(documents.front());
}

Result<std::vector<Value>> parse_yaml_all(std::string_view text, const YamlLimits& limits) {
    return read(text, limits, limits.max_nodes);
}

}  // namespace sloth::text
