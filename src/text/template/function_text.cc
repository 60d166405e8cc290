// Functions of Go's own set that make text.
#include <fmt/format.h>

#include "base/utf8.h"
#include "text/template/function.h"
#include "text/template/go_directive.h"
#include "text/template/go_format.h"

namespace sloth::text {
namespace {

// What the functions that escape work on: the text itself, or the arguments as `print` shows them.
std::string printed(const TemplateCall& call) {
    if (call.args.size() == 1 && kind_of(call.args[0]) == Kind::string)
        return *call.args[0]->string();
    static constexpr std::string_view kNoValue = "<no value>";
    std::vector<Ref> shown(call.args.begin(), call.args.end());
    for (Ref& arg : shown)
        if (is_missing(arg)) arg = make_ref(kNoValue);
    std::string out;
    append_sprint(out, shown, call.max_bytes);
    return out;
}

std::string_view html_escape(char c) {
    switch (c) {
        case '\0':
            return "\xEF\xBF\xBD";
        case '"':
            return "&#34;";
        case '\'':
            return "&#39;";
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        default:
            return {};
    }
}

void append_js(std::string& out, char32_t c) {
    if (c == '\\' || c == '\'' || c == '"') {
        out += '\\';
        out += static_cast<char>(c);
    } else if (c == '<' || c == '>' || c == '&' || c == '=' || c < 0x20) {
        out += fmt::format("\\u{:04X}", uint32_t{c});
    } else if (c < 0x80 || is_go_printable(c)) {
        append_utf8(out, c);
    } else {
        out += fmt::format("\\u{:04X}", uint32_t{c});
    }
}

bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '~';
}

std::unexpected<Error> too_long(const TemplateCall& call) {
    return fail(Code::exhausted, "the text grows over {} bytes", call.max_bytes);
}

}  // namespace

Result<Ref> call_html(const TemplateCall& call) {
    std::string out;
    for (const char c : printed(call)) {
        const std::string_view escape = html_escape(c);
        if (escape.empty()) {
            out += c;
        } else {
            out.append(escape);
        }
    }
    return make_ref(std::move(out));
}

Result<Ref> call_js(const TemplateCall& call) {
    std::string out;
    const std::string text = printed(call);
    for (std::string_view rest = text; !rest.empty();) append_js(out, take_code_point(rest).value);
    return make_ref(std::move(out));
}

Result<Ref> call_urlquery(const TemplateCall& call) {
    std::string out;
    for (const char c : printed(call)) {
        if (is_unreserved(c)) {
            out += c;
        } else if (c == ' ') {
            out += '+';
        } else {
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return make_ref(std::move(out));
}

Result<Ref> call_print(const TemplateCall& call) {
    std::string out;
    if (!append_sprint(out, call.args, call.max_bytes)) return too_long(call);
    return make_ref(std::move(out));
}

Result<Ref> call_println(const TemplateCall& call) {
    std::string out;
    if (!append_sprintln(out, call.args, call.max_bytes)) return too_long(call);
    return make_ref(std::move(out));
}

Result<Ref> call_printf(const TemplateCall& call) {
    if (kind_of(call.args[0]) != Kind::string)
        return fail(Code::invalid, "the format must be a string, not {}", describe(call.args[0]));
    std::string out;
    const std::string& format = *call.args[0]->string();
    if (!append_sprintf(out, format, call.args.subspan(1), call.max_bytes)) return too_long(call);
    return make_ref(std::move(out));
}

}  // namespace sloth::text
