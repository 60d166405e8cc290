// Any value comes back from its YAML as it was.
#include <cmath>
#include <cstring>

#include "fuzz/fuzz.h"
#include "text/yaml.h"

namespace {

using namespace sloth;
using text::Value;

// Builds a value from bytes: a letter for its kind, then what it is made of.
class Builder {
 public:
    explicit Builder(std::string_view bytes) : rest_(bytes) {}

    Value value(int depth) {
        switch (byte() % 7) {
            case 0:
                return {};
            case 1:
                return (byte() & 1) != 0;
            case 2:
                return raw<int64_t>();
            case 3: {
                const auto number = raw<double>();
                return std::isnan(number) ? 0.5 : number;
            }
            case 4:
                return string();
            case 5:
                return depth > 0 ? array(depth - 1) : Value(Value::Array());
            default:
                return depth > 0 ? object(depth - 1) : Value(Value::Object());
        }
    }

 private:
    uint8_t byte() {
        if (rest_.empty()) return 0;
        const auto out = static_cast<uint8_t>(rest_.front());
        rest_.remove_prefix(1);
        return out;
    }
    template <class T>
    T raw() {
        T out{};
        const size_t size = std::min(sizeof out, rest_.size());
        std::memcpy(&out, rest_.data(), size);
        rest_.remove_prefix(size);
        return out;
    }
    std::string string() {
        const std::string out(rest_.substr(0, byte()));
        rest_.remove_prefix(std::min(out.size(), rest_.size()));
        return out;
    }
    Value array(int depth) {
        Value::Array out;
        for (int count = byte() % 5; count > 0; --count) out.push_back(value(depth));
        return out;
    }
    Value object(int depth) {
        Value::Object out;
        for (int count = byte() % 5; count > 0; --count) {
            std::string key = string();
            out[std::move(key)] = value(depth);
        }
        return out;
    }

    std::string_view rest_;
};

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    constexpr size_t kMaxBytes = 4 << 20;
    const Value value = Builder(as_text(data, size)).value(6);
    const Result<std::string> written = text::write_yaml(value, kMaxBytes);
    CHECK(written.has_value());
    const Result<Value> again = text::parse_yaml(*written, {.max_bytes = kMaxBytes});
    CHECK(again.has_value());
    CHECK(*again == value);
    return 0;
}
