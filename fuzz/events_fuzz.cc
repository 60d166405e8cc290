// Event types, and globs over them: a pattern and a type, with a zero byte between.
#include "domain/event_type.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace sloth;
    std::string_view rest = as_text(data, size);
    const std::string_view pattern = take_part(rest);
    const bool fits = matches(pattern, rest);
    if (is_event_type(rest)) {
        CHECK(matches("*", rest) && matches("**", rest) && matches(rest, rest));
        CHECK(check_event_type(rest).has_value() || is_glob(rest) || true);
        if (is_event_pattern(pattern) && !is_glob(pattern)) CHECK(fits == (pattern == rest));
    }
    CHECK(!is_event_type(rest) || !is_glob(rest));
    return 0;
}
