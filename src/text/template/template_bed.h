// For tests of templates: renders a text over data written as YAML.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "text/template/template.h"
#include "text/yaml.h"

namespace sloth::text {

// The text, or "error: " and why there is none.
inline std::string rendered(std::string_view source, std::string_view data = "{}",
                            const TemplateLimits& limits = {}) {
    const Result<Value> value = parse_yaml(data);
    EXPECT_TRUE(value) << data;
    const Result<Template> made = Template::parse(source);
    if (!made) return "error: " + made.error().message;
    const Result<std::string> out = made->render(*value, limits);
    return out ? *out : "error: " + out.error().message;
}

}  // namespace sloth::text
