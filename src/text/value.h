// A tree of plain values, as YAML and templates have them: null, booleans, whole numbers, other
// numbers, strings of any bytes, arrays, and objects whose keys are sorted. A value like any other;
// whoever builds one from outside bounds its depth (kMaxValueDepth), since copies, comparisons and
// destructors recurse.
#pragma once

#include <concepts>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace sloth::text {

constexpr int kMaxValueDepth = 64;

enum class Kind : uint8_t { null, boolean, integer, number, string, array, object };

class Value {
 public:
    using Array = std::vector<Value>;
    using Object = std::map<std::string, Value, std::less<>>;

    Value() = default;
    template <std::same_as<bool> T>
    Value(T v) : data_(v) {}
    template <std::integral T>
        requires(!std::same_as<T, bool>)
    Value(T v) : data_(static_cast<int64_t>(v)) {}
    Value(double v) : data_(v) {}
    Value(std::string v) : data_(std::move(v)) {}
    Value(std::string_view v) : data_(std::string(v)) {}
    Value(const char* v) : data_(std::string(v)) {}
    Value(Array v) : data_(std::move(v)) {}
    Value(Object v) : data_(std::move(v)) {}

    Kind kind() const { return static_cast<Kind>(data_.index()); }
    bool is_null() const { return kind() == Kind::null; }
    bool is_structured() const { return kind() >= Kind::array; }

    // Null when the value is of another kind.
    const bool* boolean() const { return std::get_if<bool>(&data_); }
    const int64_t* integer() const { return std::get_if<int64_t>(&data_); }
    const double* number() const { return std::get_if<double>(&data_); }
    const std::string* string() const { return std::get_if<std::string>(&data_); }
    const Array* array() const { return std::get_if<Array>(&data_); }
    const Object* object() const { return std::get_if<Object>(&data_); }
    Array* array() { return std::get_if<Array>(&data_); }
    Object* object() { return std::get_if<Object>(&data_); }

    // Of an object; null if there is none, or if this is none.
    const Value* find(std::string_view key) const;

    bool operator==(const Value&) const = default;

 private:
    // In the order of Kind.
    std::variant<std::monostate, bool, int64_t, double, std::string, Array, Object> data_;
};

std::string_view to_string(Kind kind);  // "string"

}  // namespace sloth::text
