// Functions of the Sprig set; what is piped in comes last.
#include "text/letter_case.h"
#include "text/template/function.h"
#include "text/template/go_directive.h"
#include "text/template/go_format.h"

namespace sloth::text {
namespace {

constexpr std::string_view kBlanks = " \t\n\v\f\r";

// A string as it is; a number or a boolean as it prints.
Result<std::string> text_of(const TemplateCall& call, size_t index) {
    const Ref& value = call.args[index];
    if (kind_of(value) == Kind::string) return *value->string();
    if (is_missing(value) || value->is_structured())
        return fail(Code::invalid, "argument {} must be a string, not {}", index + 1,
                    describe(value));
    std::string out;
    append_sprint(out, {&value, 1}, call.max_bytes);
    return out;
}

struct Pair {
    std::string part;
    std::string text;
};

Result<Pair> part_and_text(const TemplateCall& call) {
    SLOTH_TRY(std::string part, text_of(call, 0));
    SLOTH_TRY(std::string text, text_of(call, 1));
    return Pair{std::move(part), std::move(text)};
}

Result<std::string> indented(const TemplateCall& call) {
    constexpr int64_t kMost = 1000;
    const int64_t* width =
        kind_of(call.args[0]) == Kind::integer ? call.args[0]->integer() : nullptr;
    if (width == nullptr || *width < 0 || *width > kMost)
        return fail(Code::invalid, "argument 1 must be a number of blanks up to {}, not {}", kMost,
                    describe(call.args[0]));
    SLOTH_TRY(const std::string text, text_of(call, 1));
    const std::string blanks(static_cast<size_t>(*width), ' ');
    std::string out = blanks;
    for (const char c : text) {
        out += c;
        if (c == '\n') out += blanks;
        if (out.size() > call.max_bytes) break;
    }
    return out;
}

}  // namespace

// contains "part" text
Result<Ref> call_contains(const TemplateCall& call) {
    SLOTH_TRY(const Pair both, part_and_text(call));
    return make_ref(both.text.find(both.part) != std::string::npos);
}

Result<Ref> call_has_prefix(const TemplateCall& call) {
    SLOTH_TRY(const Pair both, part_and_text(call));
    return make_ref(both.text.starts_with(both.part));
}

Result<Ref> call_has_suffix(const TemplateCall& call) {
    SLOTH_TRY(const Pair both, part_and_text(call));
    return make_ref(both.text.ends_with(both.part));
}

// indent 4 text
Result<Ref> call_indent(const TemplateCall& call) {
    SLOTH_TRY(std::string text, indented(call));
    return make_ref(std::move(text));
}

// The same, on a line of its own.
Result<Ref> call_nindent(const TemplateCall& call) {
    SLOTH_TRY(const std::string text, indented(call));
    return make_ref("\n" + text);
}

// Each argument in quotes, with blanks between.
Result<Ref> call_quote(const TemplateCall& call) {
    std::string out;
    for (const Ref& arg : call.args) {
        if (is_missing(arg)) continue;
        if (!out.empty()) out += ' ';
        std::string text;
        if (!append_sprint(text, {&arg, 1}, call.max_bytes)) break;
        out += go_quote(text, '"', false);
    }
    return make_ref(std::move(out));
}

// replace "old" "new" text
Result<Ref> call_replace(const TemplateCall& call) {
    SLOTH_TRY(const std::string before, text_of(call, 0));
    SLOTH_TRY(const std::string after, text_of(call, 1));
    SLOTH_TRY(const std::string text, text_of(call, 2));
    if (before.empty()) return fail(Code::invalid, "argument 1 must not be empty");
    std::string out;
    std::string_view rest = text;
    for (;;) {
        const size_t found = rest.find(before);
        out.append(rest.substr(0, found));
        if (found == std::string_view::npos || out.size() > call.max_bytes) break;
        out += after;
        rest.remove_prefix(found + before.size());
    }
    return make_ref(std::move(out));
}

Result<Ref> call_lower(const TemplateCall& call) {
    SLOTH_TRY(const std::string text, text_of(call, 0));
    return make_ref(to_lower(text));
}

Result<Ref> call_upper(const TemplateCall& call) {
    SLOTH_TRY(const std::string text, text_of(call, 0));
    return make_ref(to_upper(text));
}

// The first letter of each word in upper case.
Result<Ref> call_title(const TemplateCall& call) {
    SLOTH_TRY(const std::string text, text_of(call, 0));
    return make_ref(to_title(text));
}

Result<Ref> call_trim(const TemplateCall& call) {
    SLOTH_TRY(const std::string text, text_of(call, 0));
    const size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string::npos) return make_ref("");
    return make_ref(text.substr(first, text.find_last_not_of(kBlanks) - first + 1));
}

}  // namespace sloth::text
