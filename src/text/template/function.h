// The functions of templates: one table, each with how many arguments it takes.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"
#include "text/value.h"

namespace sloth::text {

// A value in the data, or one made on the way; null: no value.
using Ref = std::shared_ptr<const Value>;

inline bool is_missing(const Ref& value) { return value == nullptr || value->is_null(); }
Kind kind_of(const Ref& value);          // null for a missing one
bool is_true(const Ref& value);          // false, 0, "", and what is empty or missing are not
std::string describe(const Ref& value);  // "a string", "no value"
inline Ref make_ref(Value value) { return std::make_shared<const Value>(std::move(value)); }

struct TemplateCall {
    std::span<const Ref> args;
    size_t max_bytes;  // of a text that is made
    size_t& work;      // counts what goes over the size of the texts that come and go
};

struct TemplateFunction {
    std::string_view name;
    int least;
    int most;  // -1: any number
    // Null: the evaluator does it itself, since it does not look at all arguments.
    Result<Ref> (*body)(const TemplateCall&);
};

const TemplateFunction* find_template_function(std::string_view name);
// The name that was meant, as ": did you mean 'x'?"; or nothing.
std::string similar_function(std::string_view name);

// Grouped by file: function_compare.cc, function_value.cc, function_text.cc, function_sprig.cc.
Result<Ref> call_eq(const TemplateCall& call);
Result<Ref> call_ne(const TemplateCall& call);
Result<Ref> call_lt(const TemplateCall& call);
Result<Ref> call_le(const TemplateCall& call);
Result<Ref> call_gt(const TemplateCall& call);
Result<Ref> call_ge(const TemplateCall& call);
Result<Ref> call_not(const TemplateCall& call);

Result<Ref> call_len(const TemplateCall& call);
Result<Ref> call_index(const TemplateCall& call);
Result<Ref> call_slice(const TemplateCall& call);
Result<Ref> call_default(const TemplateCall& call);
Result<Ref> call_join(const TemplateCall& call);
Result<Ref> call_split(const TemplateCall& call);
Result<Ref> call_to_json(const TemplateCall& call);
Result<Ref> call_to_yaml(const TemplateCall& call);

Result<Ref> call_html(const TemplateCall& call);
Result<Ref> call_js(const TemplateCall& call);
Result<Ref> call_urlquery(const TemplateCall& call);
Result<Ref> call_print(const TemplateCall& call);
Result<Ref> call_printf(const TemplateCall& call);
Result<Ref> call_println(const TemplateCall& call);

Result<Ref> call_contains(const TemplateCall& call);
Result<Ref> call_has_prefix(const TemplateCall& call);
Result<Ref> call_has_suffix(const TemplateCall& call);
Result<Ref> call_indent(const TemplateCall& call);
Result<Ref> call_lower(const TemplateCall& call);
Result<Ref> call_nindent(const TemplateCall& call);
Result<Ref> call_quote(const TemplateCall& call);
Result<Ref> call_replace(const TemplateCall& call);
Result<Ref> call_title(const TemplateCall& call);
Result<Ref> call_trim(const TemplateCall& call);
Result<Ref> call_upper(const TemplateCall& call);

}  // namespace sloth::text
