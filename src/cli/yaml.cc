#include "cli/yaml.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/json.h"

namespace sloth::cli {
namespace {

// What some version of YAML reads as a boolean, null or a number, in lower case.
constexpr std::array<std::string_view, 12> kReserved{"false", "inf", "n",    "nan", "no",  "null",
                                                     "off",   "on",  "true", "y",   "yes", "~"};
static_assert(std::is_sorted(kReserved.begin(), kReserved.end()));

bool is_plain(const std::string& text) {
    if (text.empty() || std::isalpha(static_cast<unsigned char>(text[0])) == 0) return false;
    std::string lower;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) == 0 && std::string_view("_-./@").find(c) == std::string_view::npos)
            return false;
        lower += static_cast<char>(std::tolower(byte));
    }
    return !std::binary_search(kReserved.begin(), kReserved.end(), std::string_view(lower));
}

std::string text_of(const std::string& text) {
    return is_plain(text) ? text : dump_json(Json(text));
}

std::string scalar(const Json& value) {
    if (value.is_string()) return text_of(value.get_ref<const std::string&>());
    return dump_json(value);  // numbers, true, null, {} and [] are spelled the same
}

bool is_nested(const Json& value) { return value.is_structured() && !value.empty(); }

// `first` starts on the line that the caller has begun. Depth is bounded by parse_json.
void write(const Json& value, const std::string& indent, bool first, std::string& out) {
    const std::string deeper = indent + "  ";
    if (!is_nested(value)) {
        out += scalar(value) + "\n";
    } else if (value.is_array()) {
        for (const Json& item : value) {
            out += (first ? "" : indent) + "- ";
            first = false;
            write(item, deeper, true, out);
        }
    } else {
        for (const auto& [key, item] : value.items()) {
            out += (first ? "" : indent) + text_of(key) + ":";
            first = false;
            if (is_nested(item)) {
                out += "\n";
                write(item, deeper, false, out);
            } else {
                out += " " + scalar(item) + "\n";
            }
        }
    }
}

}  // namespace

std::string to_yaml(const nlohmann::ordered_json& value) {
    std::string out;
    write(value, "", true, out);
    return out;
}

}  // namespace sloth::cli
