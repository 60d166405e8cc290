#include "base/json.h"

namespace sloth {

Result<Json> parse_json(std::string_view text, int max_depth) {
    // The library takes one for the end of the text.
    if (const size_t zero = text.find('\0'); zero != std::string_view::npos)
        return fail(Code::invalid, "not valid JSON: a zero byte at position {}", zero + 1);
    bool too_deep = false;
    const auto limit_depth = [&](int depth, Json::parse_event_t event, Json&) {
        using enum nlohmann::detail::parse_event_t;
        if ((event == object_start || event == array_start) && depth >= max_depth) too_deep = true;
        return !too_deep;
    };
    try {
        Json value = Json::parse(text.begin(), text.end(), limit_depth);
        if (too_deep) return fail(Code::invalid, "JSON is nested deeper than {} levels", max_depth);
        return value;
    } catch (const Json::exception& e) {
        if (too_deep) return fail(Code::invalid, "JSON is nested deeper than {} levels", max_depth);
        std::string_view what = e.what();  // "[json.exception.parse_error.101] parse error at ..."
        if (const size_t end = what.find("] "); end != std::string_view::npos)
            what.remove_prefix(end + 2);
        return fail(Code::invalid, "not valid JSON: {}", what);
    }
}

std::string dump_json(const Json& value, int indent) {
    return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace sloth
