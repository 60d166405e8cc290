#include <charconv>
#include <cmath>

#include "text/yaml.h"
#include "text/yaml_string.h"

namespace sloth::text {
namespace {

constexpr size_t kStep = 2;
constexpr size_t kLongestKey =
    1000;  // a reader looks no further than 1024 characters for the colon

class Writer {
 public:
    explicit Writer(size_t max_bytes) : max_bytes_(max_bytes) {}

    // On the line that has been begun, with the rest at `indent`. Ends it.
    void value(const Value& value, size_t indent) {
        if (out_.size() > max_bytes_) return;
        if (const Value::Object* object = value.object(); object != nullptr && !object->empty()) {
            fields(*object, indent);
        } else if (const Value::Array* array = value.array(); array != nullptr && !array->empty()) {
            items(*array, indent);
        } else {
            scalar(value, indent);
        }
    }

    std::string& out() { return out_; }

 private:
    void fields(const Value::Object& object, size_t indent) {
        bool first = true;
        for (const auto& [name, field] : object) {
            begin_line(first, indent);
            key(name, indent);
            if (is_nested(field)) {
                out_ += '\n';
                out_.append(indent + kStep, ' ');
            } else {
                out_ += ' ';
            }
            value(field, indent + kStep);
        }
    }

    void items(const Value::Array& array, size_t indent) {
        bool first = true;
        for (const Value& item : array) {
            begin_line(first, indent);
            out_ += "- ";
            value(item, indent + kStep);
        }
    }

    void key(std::string_view name, size_t indent) {
        const bool is_long = name.size() > kLongestKey;
        if (is_long) out_ += "? ";
        append_yaml_string(out_, name);
        if (is_long) {
            out_ += '\n';
            out_.append(indent, ' ');
        }
        out_ += ':';
    }

    void scalar(const Value& value, size_t indent) {
        if (const std::string* text = value.string()) {
            if (yaml_style(*text, true) == YamlStyle::literal)
                return append_yaml_literal(out_, *text, indent == 0 ? kStep : indent);
            append_yaml_string(out_, *text);
        } else if (const bool* boolean = value.boolean()) {
            out_ += *boolean ? "true" : "false";
        } else if (const int64_t* whole = value.integer()) {
            out_ += std::to_string(*whole);
        } else if (const double* number = value.number()) {
            write_number(*number);
        } else {
            out_ += value.array() != nullptr ? "[]" : value.object() != nullptr ? "{}" : "null";
        }
        out_ += '\n';
    }

    void write_number(double number) {
        if (std::isnan(number)) {
            out_ += ".nan";
        } else if (std::isinf(number)) {
            out_ += number < 0 ? "-.inf" : ".inf";
        } else {
            char buffer[40];
            const auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
            const std::string_view digits(buffer, static_cast<size_t>(end - buffer));
            out_.append(digits);
            // Without it the number would be read as a whole one.
            if (digits.find_first_of(".e") == std::string_view::npos) out_ += ".0";
        }
    }

    void begin_line(bool& first, size_t indent) {
        if (!first) out_.append(indent, ' ');
        first = false;
    }

    static bool is_nested(const Value& value) {
        const Value::Object* object = value.object();
        const Value::Array* array = value.array();
        return (object != nullptr && !object->empty()) || (array != nullptr && !array->empty());
    }

    size_t max_bytes_;
    std::string out_;
};

}  // namespace

Result<std::string> write_yaml(const Value& value, size_t max_bytes) {
    Writer writer(max_bytes);
    writer.value(value, 0);
    if (writer.out().size() > max_bytes)
        return fail(Code::exhausted, "the YAML text grows over {} bytes", max_bytes);
    return std::move(writer.out());
}

}  // namespace sloth::text
