// Reads the text of a template. Pure.
#pragma once

#include "text/template/syntax.h"
#include "text/template/token.h"

namespace sloth::text {

Parsed<Program> parse_template(std::string_view source);

}  // namespace sloth::text
