#include "text/template/go_format.h"

#include <optional>

#include "base/utf8.h"
#include "text/template/go_directive.h"

namespace sloth::text {
namespace {

constexpr int kMostWidth = 1'000'000;

class Sprintf {
 public:
    Sprintf(std::string& out, std::string_view format, std::span<const Ref> args, size_t max_bytes)
        : rest_(format), args_(args), writer_(out, max_bytes) {}

    bool run() {
        while (!rest_.empty() && !writer_.full()) {
            const size_t percent = std::min(rest_.find('%'), rest_.size());
            writer_.plain(rest_.substr(0, percent));
            rest_.remove_prefix(percent);
            if (rest_.empty()) break;
            rest_.remove_prefix(1);
            after_index_ = false;
            good_index_ = true;
            writer_.how = {};
            directive();
        }
        if (!renumbered_ && next_ < args_.size()) extra();
        return !writer_.full();
    }

 private:
    void directive() {
        flags();
        take_index();
        width();
        precision();
        if (!after_index_) take_index();
        if (rest_.empty()) return writer_.plain("%!(NOVERB)");
        const char32_t verb = take_code_point(rest_).value;
        if (verb == '%') return writer_.plain("%");
        if (!good_index_) return note(verb, "(BADINDEX)");
        if (next_ >= args_.size()) return note(verb, "(MISSING)");
        if (verb == 'v') {
            writer_.how.sharp_v = std::exchange(writer_.how.sharp, false);
            writer_.how.plus = false;
        }
        writer_.value(args_[next_++].get(), verb);
    }

    void note(char32_t verb, std::string_view what) {
        writer_.plain("%!");
        writer_.character(verb);
        writer_.plain(what);
    }

    void flags() {
        for (; !rest_.empty(); rest_.remove_prefix(1)) {
            switch (rest_.front()) {
                case '#':
                    writer_.how.sharp = true;
                    break;
                case '0':
                    writer_.how.zero = true;
                    break;
                case '+':
                    writer_.how.plus = true;
                    break;
                case '-':
                    writer_.how.minus = true;
                    break;
                case ' ':
                    writer_.how.space = true;
                    break;
                default:
                    return;
            }
        }
    }

    // [3]: the number of the argument that comes next.
    void take_index() {
        if (!rest_.starts_with('[')) return;
        renumbered_ = true;
        const size_t end = rest_.find(']');
        if (end == std::string_view::npos) {
            good_index_ = false;
            rest_.remove_prefix(1);
            return;
        }
        std::string_view digits = rest_.substr(1, end - 1);
        rest_.remove_prefix(end + 1);
        const std::optional<int> index = take_number(digits);
        after_index_ = index && digits.empty();
        if (after_index_ && *index >= 1 && static_cast<size_t>(*index) <= args_.size()) {
            next_ = static_cast<size_t>(*index) - 1;
        } else {
            good_index_ = false;
        }
    }

    // Digits; nothing if there are none. A number too large ends the text.
    static std::optional<int> take_number(std::string_view& text) {
        std::optional<int> out;
        while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
            out = out.value_or(0) * 10 + (text.front() - '0');
            text.remove_prefix(1);
            if (*out <= kMostWidth) continue;
            text = {};
            return std::nullopt;
        }
        return out;
    }

    // The value of `*`.
    std::optional<int> argument() {
        if (next_ >= args_.size()) return std::nullopt;
        const Ref& arg = args_[next_++];
        const int64_t* value = arg == nullptr ? nullptr : arg->integer();
        if (value == nullptr || *value > kMostWidth || *value < -kMostWidth) return std::nullopt;
        return static_cast<int>(*value);
    }

    void width() {
        Directive& how = writer_.how;
        if (rest_.starts_with('*')) {
            rest_.remove_prefix(1);
            const auto value = argument();
            if (!value) writer_.plain("%!(BADWIDTH)");
            how.has_width = value.has_value();
            how.minus = how.minus || value.value_or(0) < 0;
            how.width = std::abs(value.value_or(0));
            after_index_ = false;
            return;
        }
        const auto value = take_number(rest_);
        how.has_width = value.has_value();
        how.width = value.value_or(0);
        if (after_index_ && value) good_index_ = false;  // "%[3]2d"
    }

    void precision() {
        Directive& how = writer_.how;
        if (!rest_.starts_with('.')) return;
        rest_.remove_prefix(1);
        if (after_index_) good_index_ = false;  // "%[3].2d"
        after_index_ = false;
        take_index();
        if (rest_.starts_with('*')) {
            rest_.remove_prefix(1);
            const auto value = argument();
            how.has_precision = value.value_or(-1) >= 0;
            if (!how.has_precision) writer_.plain("%!(BADPREC)");
            how.precision = std::max(value.value_or(0), 0);
            after_index_ = false;
            return;
        }
        how.has_precision = true;
        how.precision = take_number(rest_).value_or(0);
    }

    void extra() {
        writer_.how = {};
        writer_.plain("%!(EXTRA ");
        for (size_t i = next_; i < args_.size(); ++i) {
            if (i > next_) writer_.plain(", ");
            writer_.type_of(args_[i].get());
            if (is_missing(args_[i])) continue;
            writer_.plain("=");
            writer_.value(args_[i].get(), 'v');
        }
        writer_.plain(")");
    }

    std::string_view rest_;
    std::span<const Ref> args_;
    GoWriter writer_;
    size_t next_ = 0;
    bool after_index_ = false;
    bool good_index_ = true;
    bool renumbered_ = false;
};

}  // namespace

bool append_sprintf(std::string& out, std::string_view format, std::span<const Ref> args,
                    size_t max_bytes) {
    return Sprintf(out, format, args, max_bytes).run();
}

bool append_sprint(std::string& out, std::span<const Ref> args, size_t max_bytes) {
    GoWriter writer(out, max_bytes);
    bool after_string = true;
    for (size_t i = 0; i < args.size(); ++i) {
        const bool is_string = kind_of(args[i]) == Kind::string;
        if (i > 0 && !is_string && !after_string) writer.plain(" ");
        after_string = is_string;
        writer.value(args[i].get(), 'v');
    }
    return !writer.full();
}

bool append_sprintln(std::string& out, std::span<const Ref> args, size_t max_bytes) {
    GoWriter writer(out, max_bytes);
    for (size_t i = 0; i < args.size(); ++i) {
        if (i > 0) writer.plain(" ");
        writer.value(args[i].get(), 'v');
    }
    writer.plain("\n");
    return !writer.full();
}

}  // namespace sloth::text
