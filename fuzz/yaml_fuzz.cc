// YAML: what is read can be written, and is then read as the same.
#include "fuzz/fuzz.h"
#include "text/yaml.h"

namespace {

using namespace sloth;

constexpr size_t kMaxBytes = 16 << 20;

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text = as_text(data, size);
    const Result<std::vector<text::Value>> all = text::parse_yaml_all(text);
    const Result<text::Value> one = text::parse_yaml(text);
    CHECK(!one || (all && all->size() <= 1));
    if (!all) return 0;
    for (const text::Value& value : *all) {
        const Result<std::string> written = text::write_yaml(value, kMaxBytes);
        CHECK(written.has_value());
        const Result<text::Value> again = text::parse_yaml(*written, {.max_bytes = kMaxBytes});
        CHECK(again.has_value());
        // As text: NaN is not equal to itself.
        CHECK(*text::write_yaml(*again, kMaxBytes) == *written);
    }
    return 0;
}
