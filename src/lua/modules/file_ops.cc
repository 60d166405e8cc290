// file_ops: brings files into a state. Each function takes one table of named fields and returns
// true and a table with `changed`, or nil and a message; doing it again changes nothing.
#include <optional>

#include "lua/arguments.h"
#include "lua/binding.h"
#include "lua/effect.h"
#include "lua/effect_then.h"
#include "lua/fields.h"
#include "lua/http_download.h"
#include "lua/modules.h"
#include "lua/render_template.h"
#include "text/regex.h"

namespace sloth::lua {
namespace {

constexpr std::string_view kStates[] = {"present", "absent"};

std::string number_or_null(std::optional<int> number) {
    return number ? std::to_string(*number) : "null";
}

void add_optional(Arguments& arguments, std::optional<std::string_view> text) {
    if (text) {
        arguments.text(*text);
    } else {
        arguments.json("null");
    }
}

// What is wrong with it is found out here, where the error has the script's line. An empty one,
// which would fit everything, is none.
std::optional<std::string_view> check_pattern(Fields& fields, const char* field) {
    const auto pattern = fields.optional_text(field);
    if (!pattern || pattern->empty()) return std::nullopt;
    const auto regex = text::Regex::compile(*pattern);
    if (!regex) fields.error("the field `{}`: {}", field, regex.error().message);
    return pattern;
}

bool is_url(std::string_view source) {
    return source.starts_with("http://") || source.starts_with("https://");
}

int place(lua_State* L, const char* name, Fields& fields) {
    const std::string_view src = fields.path("src");
    const std::string_view dest = fields.path("dest");
    const std::string mode = number_or_null(fields.mode("mode"));
    return effect(L, EffectKind::file_place, name,
                  Arguments(L, name).text(src).text(dest).json(mode).take());
}

// file_ops.copy{src, dest [, mode]} -> true, {changed, src, dest, size}
int copy(lua_State* L) {
    constexpr const char* kName = "file_ops.copy";
    static constexpr std::string_view kFields[] = {"src", "dest", "mode"};
    Fields fields(L, 1, kFields);
    return place(L, kName, fields);
}

// file_ops.fetch{src, dest [, mode]} -> true, {changed, src, dest, size}
int fetch(lua_State* L) {
    constexpr const char* kName = "file_ops.fetch";
    static constexpr std::string_view kFields[] = {"src", "dest", "mode"};
    Fields fields(L, 1, kFields);
    const std::string_view src = fields.text("src");
    if (!is_url(src)) return place(L, kName, fields);
    const std::string_view dest = fields.path("dest");
    const std::optional<int> mode = fields.mode("mode");
    check_can_wait(L, kName);
    lua_createtable(L, 0, 1);
    push(L, src);
    lua_setfield(L, -2, "url");
    return download(L, kName, dest, mode);
}

constexpr const char* kTemplate = "file_ops.template";

// What `render` finds on its stack: the arguments of the template, put there by `render_file`.
enum : int { kTable = 1, kDest, kMode, kVars, kLast = kVars };

int render(lua_State* L, int first) {
    if (lua_isnil(L, first)) return lua_gettop(L) - first + 1;
    const Result<std::string> text = render_template(L, text_at(L, first), kVars);
    if (!text) return give_failure(L, text.error().message);
    return effect(
        L, EffectKind::file_put, kTemplate,
        Arguments(L, kTemplate).text(text_at(L, kDest)).text(*text).json(text_at(L, kMode)).take());
}

// file_ops.template{src, dest [, vars] [, mode]} -> true, {changed, dest}
int render_file(lua_State* L) {
    static constexpr std::string_view kFields[] = {"src", "dest", "vars", "mode"};
    Fields fields(L, 1, kFields);
    check_can_wait(L, kTemplate);
    const std::string_view src = fields.path("src");
    std::string args = Arguments(L, kTemplate).text(src).take();
    const std::string_view dest = fields.path("dest");
    const std::string mode = number_or_null(fields.mode("mode"));
    push(L, dest);
    lua_insert(L, kDest);
    push(L, mode);
    lua_insert(L, kMode);
    lua_settop(L, kMode);
    if (!fields.push_table("vars")) lua_newtable(L);
    return effect_then<render>(L, EffectKind::file_read, kTemplate, std::move(args));
}

// file_ops.lineinfile{path, line, regexp, state, create, insertafter, insertbefore}
//   -> true, {changed, path}
int lineinfile(lua_State* L) {
    constexpr const char* kName = "file_ops.lineinfile";
    static constexpr std::string_view kFields[] = {"path",   "line",        "regexp",      "state",
                                                   "create", "insertafter", "insertbefore"};
    Fields fields(L, 1, kFields);
    const std::string_view path = fields.path("path");
    const auto line = fields.optional_text("line");
    const auto regexp = check_pattern(fields, "regexp");
    const std::string_view state = fields.one_of("state", kStates);
    const bool absent = state == "absent";
    if (!line && !(absent && regexp)) fields.text("line");
    const size_t end = line ? line->find('\n') : std::string_view::npos;
    const bool several = end != std::string_view::npos && end + 1 < line->size();
    if (several && (absent || regexp))
        fields.error("the field `line` must be one line with {}",
                     absent ? "the state absent" : "`regexp`");
    const auto after = check_pattern(fields, "insertafter");
    const auto before = check_pattern(fields, "insertbefore");
    if (after && before) fields.error("it takes `insertafter` or `insertbefore`, not both");

    Arguments arguments(L, kName);
    arguments.text(path);
    add_optional(arguments, line);
    add_optional(arguments, regexp);
    arguments.text(state).json(fields.flag("create", true) ? "true" : "false");
    add_optional(arguments, after);
    add_optional(arguments, before);
    return effect(L, EffectKind::file_line, kName, arguments.take());
}

// file_ops.blockinfile{path, block, marker_begin, marker_end, state, create} -> true, {changed,
// path}
int blockinfile(lua_State* L) {
    constexpr const char* kName = "file_ops.blockinfile";
    static constexpr std::string_view kFields[] = {"path",       "block", "marker_begin",
                                                   "marker_end", "state", "create"};
    Fields fields(L, 1, kFields);
    const std::string_view path = fields.path("path");
    const std::string_view state = fields.one_of("state", kStates);
    const std::string_view block =
        state == "absent" ? fields.optional_text("block").value_or("") : fields.text("block");
    const std::string_view begin =
        fields.optional_text("marker_begin").value_or("# BEGIN MANAGED BLOCK");
    const std::string_view end = fields.optional_text("marker_end").value_or("# END MANAGED BLOCK");
    if (begin == end) fields.error("`marker_begin` and `marker_end` must not be the same");
    for (const std::string_view marker : {begin, end}) {
        if (marker.empty() || marker.find('\n') != marker.npos)
            fields.error("a marker must be one line of text");
    }
    return effect(L, EffectKind::file_block, kName,
                  Arguments(L, kName)
                      .text(path)
                      .text(block)
                      .text(begin)
                      .text(end)
                      .text(state)
                      .json(fields.flag("create", true) ? "true" : "false")
                      .take());
}

// file_ops.replace{path, pattern, replacement} -> true, {changed, path}
int replace(lua_State* L) {
    constexpr const char* kName = "file_ops.replace";
    static constexpr std::string_view kFields[] = {"path", "pattern", "replacement"};
    Fields fields(L, 1, kFields);
    const std::string_view path = fields.path("path");
    const auto pattern = check_pattern(fields, "pattern");
    if (!pattern) fields.error("the field `pattern` is missing: it must be a pattern");
    const std::string_view replacement = fields.text("replacement");
    const auto trial = text::Regex::compile(*pattern)->replace("", replacement, 0);
    if (!trial) fields.error("the field `replacement`: {}", trial.error().message);
    return effect(L, EffectKind::file_replace, kName,
                  Arguments(L, kName).text(path).text(*pattern).text(replacement).take());
}

// file_ops.unarchive{src, dest} -> true, {changed, src, dest, files, bytes}
int unarchive(lua_State* L) {
    constexpr const char* kName = "file_ops.unarchive";
    static constexpr std::string_view kFields[] = {"src", "dest"};
    Fields fields(L, 1, kFields);
    const std::string_view src = fields.path("src");
    const std::string_view dest = fields.path("dest");
    return effect(L, EffectKind::file_unarchive, kName,
                  Arguments(L, kName).text(src).text(dest).take());
}

// file_ops.stat{path [, checksum = true]} -> {exists, path, size, mode, ...} | nil, message
int stat(lua_State* L) {
    constexpr const char* kName = "file_ops.stat";
    static constexpr std::string_view kFields[] = {"path", "checksum"};
    Fields fields(L, 1, kFields);
    const std::string_view path = fields.path("path");
    const char* checksum = fields.flag("checksum", true) ? "true" : "false";
    return effect(L, EffectKind::file_stat, kName,
                  Arguments(L, kName).text(path).json(checksum).take());
}

}  // namespace

int open_file_ops(lua_State* L) {
    static constexpr luaL_Reg kFunctions[] = {
        {"blockinfile", bound<blockinfile>},
        {"copy", bound<copy>},
        {"fetch", bound<fetch>},
        {"lineinfile", bound<lineinfile>},
        {"replace", bound<replace>},
        {"stat", bound<stat>},
        {"template", bound<render_file>},
        {"unarchive", bound<unarchive>},
        {nullptr, nullptr},
    };
    luaL_newlib(L, kFunctions);
    return 1;
}

}  // namespace sloth::lua
