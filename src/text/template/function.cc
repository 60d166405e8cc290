#include "text/template/function.h"

#include <algorithm>
#include <vector>

#include "base/similar.h"

namespace sloth::text {
namespace {

constexpr TemplateFunction kFunctions[] = {
    {"and", 1, -1, nullptr},
    {"contains", 2, 2, call_contains},
    {"default", 1, 2, call_default},
    {"eq", 2, -1, call_eq},
    {"ge", 2, 2, call_ge},
    {"gt", 2, 2, call_gt},
    {"hasPrefix", 2, 2, call_has_prefix},
    {"hasSuffix", 2, 2, call_has_suffix},
    {"html", 0, -1, call_html},
    {"indent", 2, 2, call_indent},
    {"index", 1, -1, call_index},
    {"join", 2, 2, call_join},
    {"js", 0, -1, call_js},
    {"le", 2, 2, call_le},
    {"len", 1, 1, call_len},
    {"lower", 1, 1, call_lower},
    {"lt", 2, 2, call_lt},
    {"ne", 2, 2, call_ne},
    {"nindent", 2, 2, call_nindent},
    {"not", 1, 1, call_not},
    {"or", 1, -1, nullptr},
    {"print", 0, -1, call_print},
    {"printf", 1, -1, call_printf},
    {"println", 0, -1, call_println},
    {"quote", 0, -1, call_quote},
    {"replace", 3, 3, call_replace},
    {"slice", 1, 4, call_slice},
    {"split", 2, 2, call_split},
    {"splitList", 2, 2, call_split},
    {"title", 1, 1, call_title},
    {"toJson", 1, 1, call_to_json},
    {"toYaml", 1, 1, call_to_yaml},
    {"trim", 1, 1, call_trim},
    {"upper", 1, 1, call_upper},
    {"urlquery", 0, -1, call_urlquery},
};
static_assert(std::ranges::is_sorted(kFunctions, {}, &TemplateFunction::name));

}  // namespace

Kind kind_of(const Ref& value) { return value == nullptr ? Kind::null : value->kind(); }

bool is_true(const Ref& value) {
    if (is_missing(value)) return false;
    if (const bool* boolean = value->boolean()) return *boolean;
    if (const int64_t* whole = value->integer()) return *whole != 0;
    if (const double* number = value->number()) return *number != 0;
    if (const std::string* text = value->string()) return !text->empty();
    if (const Value::Array* array = value->array()) return !array->empty();
    return !value->object()->empty();
}

std::string describe(const Ref& value) {
    const Kind kind = kind_of(value);
    if (kind == Kind::null) return "no value";
    const bool vowel = kind == Kind::integer || kind >= Kind::array;
    return (vowel ? "an " : "a ") + std::string(to_string(kind));
}

const TemplateFunction* find_template_function(std::string_view name) {
    const auto* found = std::ranges::lower_bound(kFunctions, name, {}, &TemplateFunction::name);
    return found != std::end(kFunctions) && found->name == name ? found : nullptr;
}

std::string similar_function(std::string_view name) {
    std::vector<std::string_view> names;
    for (const TemplateFunction& function : kFunctions) names.push_back(function.name);
    const auto near = most_similar(name, names);
    return near ? ": did you mean " + std::string(*near) + "?" : "";
}

}  // namespace sloth::text
