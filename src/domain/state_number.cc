#include "domain/state_number.h"

#include <cmath>

#include "base/json.h"

namespace sloth {
namespace {

bool fits_int64(const Json& number) {
    return number.is_number_integer() &&
           !(number.is_number_unsigned() && number.get<uint64_t>() > uint64_t(INT64_MAX));
}

}  // namespace

Result<std::string> add_json_numbers(std::string_view stored, std::string_view amount) {
    SLOTH_TRY(const Json a, parse_json(stored));
    SLOTH_TRY(const Json b, parse_json(amount));
    if (!a.is_number() || !b.is_number()) return fail(Code::invalid, "not a number");
    if (fits_int64(a) && fits_int64(b)) {
        int64_t sum = 0;
        if (__builtin_add_overflow(a.get<int64_t>(), b.get<int64_t>(), &sum)) {
            return fail(Code::invalid, "the sum is too large for an integer");
        }
        return fmt::format("{}", sum);
    }
    const double sum = a.get<double>() + b.get<double>();
    if (!std::isfinite(sum)) return fail(Code::invalid, "the sum is too large");
    return dump_json(Json(sum));
}

}  // namespace sloth
