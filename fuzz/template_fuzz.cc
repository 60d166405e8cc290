// Templates: any text is read or refused, and whatever was read renders within its limits.
#include "fuzz/fuzz.h"
#include "text/template/go_format.h"
#include "text/template/template.h"
#include "text/yaml.h"

namespace {

using namespace sloth;

const text::Value& data_of_all_kinds() {
    static const text::Value value = *text::parse_yaml(
        "{name: web, n: 3, f: 2.5, t: true, l: [1, x, ~, [2]], m: {a: 1, b: {c: [x]}}, s: 'a b', "
        "e: {}, '': x}");
    return value;
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view rest = as_text(data, size);
    const std::string_view source = take_part(rest);
    constexpr text::TemplateLimits kLimits{.max_steps = 20'000, .max_output = 64 << 10};
    if (const Result<text::Template> made = text::Template::parse(source)) {
        const Result<std::string> out = made->render(data_of_all_kinds(), kLimits);
        CHECK(!out || out->size() <= kLimits.max_output);
        CHECK(out || !out.error().message.empty());
    }
    // What is behind the text is a format and its arguments.
    const std::string_view format = take_part(rest);
    std::vector<text::Ref> args;
    for (const auto& [name, value] : *data_of_all_kinds().object())
        args.push_back(text::make_ref(value));
    args.push_back(nullptr);
    args.insert(args.begin(), text::make_ref(rest));
    std::string out;
    text::append_sprintf(out, format, args, 64 << 10);
    return 0;
}
