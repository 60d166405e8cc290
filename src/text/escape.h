// The escapes that quoted text has alike in JSON and in YAML. Pure.
#pragma once

#include <string>

namespace sloth::text {

// Appends \" \\ \n \t \r for their characters; false, and nothing appended, for all others.
inline bool append_escape(std::string& out, char32_t c) {
    switch (c) {
        case U'"':
        case U'\\':
            out += {'\\', static_cast<char>(c)};
            return true;
        case U'\n':
            out += "\\n";
            return true;
        case U'\t':
            out += "\\t";
            return true;
        case U'\r':
            out += "\\r";
            return true;
        default:
            return false;
    }
}

}  // namespace sloth::text
