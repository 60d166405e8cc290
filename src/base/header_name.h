// Names of HTTP headers, which mean the same in any case: one spelling to keep and compare them by.
// Pure.
#pragma once

#include <string>
#include <string_view>

namespace sloth {

// "content-type" as "Content-Type".
std::string canonical_header_name(std::string_view name);

}  // namespace sloth
