// Which of the service's environment variables hooks may see. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sloth {

using Variables = std::vector<std::pair<std::string, std::string>>;

// `patterns`: names or globs, joined by commas. A variable that looks like a secret, by its name
// (TOKEN, PASSWORD, ...) or by its value (a login in a URL), is seen only if it is named in full.
std::map<std::string, std::string> visible_environment(const Variables& all,
                                                       std::string_view patterns);

bool looks_like_secret(std::string_view name, std::string_view value);

}  // namespace sloth
