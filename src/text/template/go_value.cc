#include <cmath>

#include "base/utf8.h"
#include "text/template/go_directive.h"

namespace sloth::text {
namespace {

constexpr std::string_view kNil = "<nil>";

std::string_view type_name(Kind kind) {
    switch (kind) {
        case Kind::boolean:
            return "bool";
        case Kind::integer:
            return "int";
        case Kind::number:
            return "float64";
        case Kind::string:
            return "string";
        case Kind::array:
            return "[]interface {}";
        case Kind::object:
            return "map[string]interface {}";
        default:
            return kNil;
    }
}

}  // namespace

void GoWriter::type_of(const Value* value) {
    plain(type_name(value == nullptr ? Kind::null : value->kind()));
}

void GoWriter::value(const Value* value, char32_t verb) {
    if (full()) return;
    const Kind kind = value == nullptr ? Kind::null : value->kind();
    bool known = verb != 'p';
    if (kind == Kind::null) {
        known = verb == 'v' || verb == 'T';
        if (known) pad(kNil, how.zero);
    } else if (verb == 'T') {
        pad(cut(type_name(kind)), how.zero);
    } else if (kind == Kind::array && known) {
        array(*value->array(), verb);
    } else if (kind == Kind::object && known) {
        object(*value->object(), verb);
    } else if (kind == Kind::boolean && known) {
        known = verb == 't' || verb == 'v';
        if (known) pad(*value->boolean() ? "true" : "false", how.zero);
    } else if (kind == Kind::integer && known) {
        // Data does not tell 50 from 50.0: each takes the verbs of the other.
        const int64_t count = *value->integer();
        known = whole(count, verb) || (verb != 'v' && number(static_cast<double>(count), verb));
    } else if (kind == Kind::number && known) {
        const double amount = *value->number();
        const bool is_whole = std::trunc(amount) == amount && std::fabs(amount) < 1e18;
        known = number(amount, verb) ||
                (verb == 'd' && is_whole && whole(static_cast<int64_t>(amount), verb));
    } else if (kind == Kind::string && known) {
        known = string(*value->string(), verb);
    }
    if (!known) bad_verb(value, verb);
}

void GoWriter::bad_verb(const Value* value, char32_t verb) {
    plain("%!");
    character(verb);
    plain("(");
    type_of(value);
    if (value != nullptr && !value->is_null()) {
        plain("=");
        this->value(value, 'v');
    }
    plain(")");
}

void GoWriter::element(const Value& value, char32_t verb) {
    if (!value.is_null()) return this->value(&value, verb);
    plain(how.sharp_v ? "interface {}(nil)" : kNil);
}

void GoWriter::array(const Value::Array& array, char32_t verb) {
    if (how.sharp_v) plain(type_name(Kind::array));
    plain(how.sharp_v ? "{" : "[");
    for (const Value& item : array) {
        if (&item != &array.front()) plain(how.sharp_v ? ", " : " ");
        element(item, verb);
        if (full()) return;
    }
    plain(how.sharp_v ? "}" : "]");
}

void GoWriter::object(const Value::Object& object, char32_t verb) {
    plain(how.sharp_v ? type_name(Kind::object) : "map");
    plain(how.sharp_v ? "{" : "[");
    bool first = true;
    for (const auto& [name, field] : object) {
        if (!first) plain(how.sharp_v ? ", " : " ");
        first = false;
        if (!string(name, verb)) {
            const Value key(name);
            bad_verb(&key, verb);
        }
        plain(":");
        element(field, verb);
        if (full()) return;
    }
    plain(how.sharp_v ? "}" : "]");
}

}  // namespace sloth::text
