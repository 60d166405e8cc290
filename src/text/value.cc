#include "text/value.h"

namespace sloth::text {

const Value* Value::find(std::string_view key) const {
    const Object* fields = object();
    if (fields == nullptr) return nullptr;
    const auto found = fields->find(key);
    return found == fields->end() ? nullptr : &found->second;
}

std::string_view to_string(Kind kind) {
    switch (kind) {
        case Kind::null:
            return "null";
        case Kind::boolean:
            return "boolean";
        case Kind::integer:
            return "integer";
        case Kind::number:
            return "number";
        case Kind::string:
            return "string";
        case Kind::array:
            return "array";
        case Kind::object:
            return "object";
    }
    return "value";
}

}  // namespace sloth::text
