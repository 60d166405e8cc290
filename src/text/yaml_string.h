// How a string is written in YAML so that it is read back as the same string, by us and by readers
// of YAML 1.1. Pure.
#pragma once

#include <string>
#include <string_view>

namespace sloth::text {

enum class YamlStyle : uint8_t { plain, quoted, literal, binary };

// The most readable style that the text allows; `literal` only where it may take lines of its own.
YamlStyle yaml_style(std::string_view text, bool own_lines);

// On one line: plain, quoted or binary.
void append_yaml_string(std::string& out, std::string_view text);

// From the `|` on; each line but the first is indented by `indent` blanks. Ends with a line break.
void append_yaml_literal(std::string& out, std::string_view text, size_t indent);

}  // namespace sloth::text
