#include <compare>

#include "text/template/function.h"

namespace sloth::text {
namespace {

bool is_number(const Ref& value) {
    return kind_of(value) == Kind::integer || kind_of(value) == Kind::number;
}

double as_double(const Value& value) {
    const int64_t* whole = value.integer();
    return whole != nullptr ? static_cast<double>(*whole) : *value.number();
}

// A number that is no whole one has a fraction or is beyond every whole one, so that this is exact
// enough: 2^53 and 2^53+1 are both whole, and compared as such.
std::partial_ordering compare_numbers(const Value& a, const Value& b) {
    if (a.integer() != nullptr && b.integer() != nullptr) return *a.integer() <=> *b.integer();
    return as_double(a) <=> as_double(b);
}

std::unexpected<Error> cannot_compare(const Ref& a, const Ref& b) {
    return fail(Code::invalid, "{} and {} cannot be compared", describe(a), describe(b));
}

Result<bool> equal(const Ref& a, const Ref& b) {
    if (is_missing(a) || is_missing(b)) return is_missing(a) && is_missing(b);
    if (is_number(a) && is_number(b)) return compare_numbers(*a, *b) == 0;
    if (a->kind() != b->kind() || a->is_structured()) return cannot_compare(a, b);
    return *a == *b;
}

Result<std::partial_ordering> order(const TemplateCall& call) {
    const Ref& a = call.args[0];
    const Ref& b = call.args[1];
    if (is_number(a) && is_number(b)) return compare_numbers(*a, *b);
    if (kind_of(a) == Kind::string && kind_of(b) == Kind::string)
        return *a->string() <=> *b->string();
    return cannot_compare(a, b);
}

}  // namespace

// The first is equal to one of the others.
Result<Ref> call_eq(const TemplateCall& call) {
    for (const Ref& other : call.args.subspan(1)) {
        SLOTH_TRY(const bool same, equal(call.args[0], other));
        if (same) return make_ref(true);
    }
    return make_ref(false);
}

Result<Ref> call_ne(const TemplateCall& call) {
    SLOTH_TRY(const bool same, equal(call.args[0], call.args[1]));
    return make_ref(!same);
}

Result<Ref> call_lt(const TemplateCall& call) {
    SLOTH_TRY(const std::partial_ordering found, order(call));
    return make_ref(found < 0);
}

Result<Ref> call_le(const TemplateCall& call) {
    SLOTH_TRY(const std::partial_ordering found, order(call));
    return make_ref(found <= 0);
}

Result<Ref> call_gt(const TemplateCall& call) {
    SLOTH_TRY(const std::partial_ordering found, order(call));
    return make_ref(found > 0);
}

Result<Ref> call_ge(const TemplateCall& call) {
    SLOTH_TRY(const std::partial_ordering found, order(call));
    return make_ref(found >= 0);
}

Result<Ref> call_not(const TemplateCall& call) { return make_ref(!is_true(call.args[0])); }

}  // namespace sloth::text
