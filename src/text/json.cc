#include "text/json.h"

#include <charconv>
#include <cmath>

#include "base/utf8.h"
#include "text/escape.h"

namespace sloth::text {
namespace {

void append_string(std::string& out, std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    out += '"';
    while (!text.empty()) {
        const char32_t c = take_code_point(text).value;
        if (append_escape(out, c)) continue;
        if (c < 0x20) {
            out += "\\u00";
            out += kHex[c >> 4];
            out += kHex[c & 15];
        } else {
            append_utf8(out, c);
        }
    }
    out += '"';
}

class Writer {
 public:
    explicit Writer(size_t max_bytes) : max_bytes_(max_bytes) {}

    Result<void> value(const Value& value) {
        if (out_.size() > max_bytes_)
            return fail(Code::exhausted, "the JSON text grows over {} bytes", max_bytes_);
        if (const Value::Array* array = value.array()) return items(*array);
        if (const Value::Object* object = value.object()) return fields(*object);
        if (const double* number = value.number()) return write_number(*number);
        if (const std::string* text = value.string()) {
            append_string(out_, *text);
        } else if (const int64_t* whole = value.integer()) {
            out_ += std::to_string(*whole);
        } else if (const bool* boolean = value.boolean()) {
            out_ += *boolean ? "true" : "false";
        } else {
            out_ += "null";
        }
        return {};
    }

    std::string& out() { return out_; }

 private:
    Result<void> items(const Value::Array& array) {
        out_ += '[';
        for (const Value& item : array) {
            if (&item != &array.front()) out_ += ',';
            SLOTH_TRY_VOID(value(item));
        }
        out_ += ']';
        return {};
    }

    Result<void> fields(const Value::Object& object) {
        out_ += '{';
        for (const auto& [name, field] : object) {
            if (&name != &object.begin()->first) out_ += ',';
            append_string(out_, name);
            out_ += ':';
            SLOTH_TRY_VOID(value(field));
        }
        out_ += '}';
        return {};
    }

    Result<void> write_number(double number) {
        if (!std::isfinite(number))
            return fail(Code::invalid, "JSON has no {}", std::isnan(number) ? "NaN" : "infinity");
        char buffer[40];
        out_.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, number).ptr);
        return {};
    }

    size_t max_bytes_;
    std::string out_;
};

}  // namespace

Result<std::string> write_json(const Value& value, size_t max_bytes) {
    Writer writer(max_bytes);
    SLOTH_TRY_VOID(writer.value(value));
    if (writer.out().size() > max_bytes)
        return fail(Code::exhausted, "the JSON text grows over {} bytes", max_bytes);
    return std::move(writer.out());
}

}  // namespace sloth::text
