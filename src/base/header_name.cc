#include "base/header_name.h"

namespace sloth {

std::string canonical_header_name(std::string_view name) {
    std::string out(name);
    bool first = true;
    for (char& c : out) {
        const bool lower = c >= 'a' && c <= 'z';
        const bool upper = c >= 'A' && c <= 'Z';
        if (first && lower) c = static_cast<char>(c - 'a' + 'A');
        if (!first && upper) c = static_cast<char>(c - 'A' + 'a');
        first = c == '-';
    }
    return out;
}

}  // namespace sloth
