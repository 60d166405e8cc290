#include <cmath>
#include <optional>

#include "text/json.h"
#include "text/template/function.h"
#include "text/template/go_format.h"
#include "text/yaml.h"

namespace sloth::text {
namespace {

// What a copy of the value costs.
size_t weight(const Value& value) {
    size_t sum = 1;
    if (const std::string* text = value.string()) sum += text->size() / 64;
    if (const Value::Array* array = value.array())
        for (const Value& item : *array) sum += weight(item);
    if (const Value::Object* object = value.object())
        for (const auto& [name, field] : *object) sum += 1 + weight(field);
    return sum;
}

std::optional<int64_t> to_whole(const Ref& value) {
    if (kind_of(value) == Kind::integer) return *value->integer();
    if (kind_of(value) != Kind::number) return std::nullopt;
    const double number = *value->number();
    if (std::trunc(number) != number || std::fabs(number) > 1e15) return std::nullopt;
    return static_cast<int64_t>(number);
}

// A place in something of `size` elements, from 0 on.
Result<size_t> to_place(const Ref& index, size_t most, std::string_view of_what) {
    const auto whole = to_whole(index);
    if (!whole) return fail(Code::invalid, "{} cannot be a place in {}", describe(index), of_what);
    if (*whole < 0 || static_cast<size_t>(*whole) > most)
        return fail(Code::invalid, "{} has no place {}", of_what, *whole);
    return static_cast<size_t>(*whole);
}

Result<Ref> element(const Ref& item, const Ref& index) {
    if (is_missing(item)) return fail(Code::invalid, "no value has no elements");
    if (const Value::Object* object = item->object()) {
        if (kind_of(index) != Kind::string)
            return fail(Code::invalid, "{} cannot be a key of an object", describe(index));
        const auto found = object->find(*index->string());
        return found == object->end() ? Ref() : Ref(item, &found->second);
    }
    const Value::Array* array = item->array();
    const std::string* text = item->string();
    if (array == nullptr && text == nullptr)
        return fail(Code::invalid, "{} has no elements", describe(item));
    const size_t size = array != nullptr ? array->size() : text->size();
    const std::string what = describe(item) + " of " + std::to_string(size);
    SLOTH_TRY(const size_t place, to_place(index, size, what));
    if (place == size) return fail(Code::invalid, "{} has no place {}", what, place);
    if (array != nullptr) return Ref(item, &(*array)[place]);
    return make_ref(int64_t{static_cast<unsigned char>((*text)[place])});
}

std::string to_text(const Ref& value, size_t max_bytes) {
    std::string out;
    append_sprint(out, {&value, 1}, max_bytes);
    return out;
}

}  // namespace

Result<Ref> call_len(const TemplateCall& call) {
    const Ref& value = call.args[0];
    if (kind_of(value) == Kind::string) return make_ref(value->string()->size());
    if (kind_of(value) == Kind::array) return make_ref(value->array()->size());
    if (kind_of(value) == Kind::object) return make_ref(value->object()->size());
    return fail(Code::invalid, "{} has no length", describe(value));
}

// index x 1 "a" is x[1]["a"]
Result<Ref> call_index(const TemplateCall& call) {
    Ref item = call.args[0];
    if (is_missing(item)) return fail(Code::invalid, "no value has no elements");
    for (const Ref& index : call.args.subspan(1)) {
        SLOTH_TRY(item, element(item, index));
    }
    return item;
}

// slice x 1 2 is x[1:2]; a third place changes nothing here.
Result<Ref> call_slice(const TemplateCall& call) {
    const Ref& item = call.args[0];
    const Value::Array* array = is_missing(item) ? nullptr : item->array();
    const std::string* text = is_missing(item) ? nullptr : item->string();
    if (array == nullptr && text == nullptr)
        return fail(Code::invalid, "{} cannot be sliced", describe(item));
    if (text != nullptr && call.args.size() > 3)
        return fail(Code::invalid, "a string is sliced by two places at most");
    const size_t size = array != nullptr ? array->size() : text->size();
    const std::string what = describe(item) + " of " + std::to_string(size);
    size_t places[] = {0, size, size};
    for (size_t i = 1; i < call.args.size(); ++i) {
        SLOTH_TRY(places[i - 1], to_place(call.args[i], size, what));
    }
    if (places[0] > places[1] || places[1] > places[2])
        return fail(Code::invalid, "cannot slice from place {} to {}", places[0], places[1]);
    if (text != nullptr) return make_ref(text->substr(places[0], places[1] - places[0]));
    Value::Array part;
    for (size_t i = places[0]; i < places[1]; ++i) {
        call.work += weight((*array)[i]);
        part.push_back((*array)[i]);
    }
    return make_ref(std::move(part));
}

// default "x" value
Result<Ref> call_default(const TemplateCall& call) {
    const bool given = call.args.size() > 1 && is_true(call.args[1]);
    return call.args[given ? 1 : 0];
}

// join ", " list
Result<Ref> call_join(const TemplateCall& call) {
    if (kind_of(call.args[0]) != Kind::string)
        return fail(Code::invalid, "the separator must be a string, not {}",
                    describe(call.args[0]));
    const Ref& list = call.args[1];
    if (kind_of(list) != Kind::array)
        return make_ref(is_missing(list) ? "" : to_text(list, call.max_bytes));
    std::string out;
    bool first = true;
    for (const Value& item : *list->array()) {
        ++call.work;
        if (item.is_null()) continue;
        if (!first) out += *call.args[0]->string();
        first = false;
        out += to_text(Ref(list, &item), call.max_bytes);
        if (out.size() > call.max_bytes) break;
    }
    return make_ref(std::move(out));
}

// split ", " text
Result<Ref> call_split(const TemplateCall& call) {
    const Ref& separator = call.args[0];
    const Ref& text = call.args[1];
    if (kind_of(separator) != Kind::string || separator->string()->empty())
        return fail(Code::invalid, "the separator must be a string that is not empty");
    if (kind_of(text) != Kind::string)
        return fail(Code::invalid, "{} cannot be split", describe(text));
    constexpr size_t kMostPieces = 100'000;
    Value::Array pieces;
    std::string_view rest = *text->string();
    for (;;) {
        const size_t end = rest.find(*separator->string());
        pieces.emplace_back(rest.substr(0, end));
        if (pieces.size() > kMostPieces)
            return fail(Code::exhausted, "a text is split into {} pieces at most", kMostPieces);
        if (end == std::string_view::npos) break;
        rest.remove_prefix(end + separator->string()->size());
    }
    call.work += pieces.size();
    return make_ref(std::move(pieces));
}

Result<Ref> call_to_json(const TemplateCall& call) {
    const Value null;
    const Ref& value = call.args[0];
    SLOTH_TRY(std::string text, write_json(value == nullptr ? null : *value, call.max_bytes));
    return make_ref(std::move(text));
}

// Without the line break at its end, as templates want it.
Result<Ref> call_to_yaml(const TemplateCall& call) {
    const Value null;
    const Ref& value = call.args[0];
    SLOTH_TRY(std::string text, write_yaml(value == nullptr ? null : *value, call.max_bytes));
    if (text.ends_with('\n')) text.pop_back();
    return make_ref(std::move(text));
}

}  // namespace sloth::text
