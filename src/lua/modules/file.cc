// file (also fs): files and folders, as effects. What the world refuses is nil or false and a
// message; a wrong argument is an error.
#include <algorithm>

#include "lua/arguments.h"
#include "lua/binding.h"
#include "lua/effect.h"
#include "lua/fields.h"
#include "lua/modules.h"

namespace sloth::lua {
namespace {

// Functions that take one path and nothing else.
int with_path(lua_State* L, EffectKind kind, const char* name) {
    const std::string_view path = check_path(L, 1);
    return effect(L, kind, name, Arguments(L, name).text(path).take());
}

int with_two_paths(lua_State* L, EffectKind kind, const char* name) {
    const std::string_view from = check_path(L, 1);
    const std::string_view to = check_path(L, 2);
    return effect(L, kind, name, Arguments(L, name).text(from).text(to).take());
}

int with_content(lua_State* L, EffectKind kind, const char* name, std::string args) {
    if (args.size() > kMaxEffectArgs) {
        return luaL_error(
            L,
            "%s: the content takes %d bytes on its way, more than %d: hand it over in "
            "pieces, with file.append",
            name, static_cast<int>(args.size()), static_cast<int>(kMaxEffectArgs));
    }
    return effect(L, kind, name, std::move(args));
}

// file.read(path) -> content | nil, message
int read(lua_State* L) { return with_path(L, EffectKind::file_read, "file.read"); }

// file.write(path, content [, {mode = "0600"}]) -> true | false, message
int write(lua_State* L) {
    constexpr const char* kName = "file.write";
    static constexpr std::string_view kOptions[] = {"mode"};
    const std::string_view path = check_path(L, 1);
    const std::string_view content = check_text(L, 2);
    const auto given = Fields(L, 3, kOptions, Fields::Need::optional).mode("mode");
    const std::string mode = given ? std::to_string(*given) : "null";
    return with_content(L, EffectKind::file_write, kName,
                        Arguments(L, kName).text(path).text(content).json(mode).take());
}

// file.append(path, content) -> true | false, message
int append(lua_State* L) {
    constexpr const char* kName = "file.append";
    const std::string_view path = check_path(L, 1);
    const std::string_view content = check_text(L, 2);
    return with_content(L, EffectKind::file_append, kName,
                        Arguments(L, kName).text(path).text(content).take());
}

// file.mkdir(path) -> true | false, message; also what leads to it, also if it is there already
int mkdir(lua_State* L) { return with_path(L, EffectKind::file_mkdir, "file.mkdir"); }

// file.rm(path) -> true | false, message; a file, a link or an empty folder
int rm(lua_State* L) { return with_path(L, EffectKind::file_rm, "file.rm"); }

// file.rmr(path) -> true | false, message; with all that is in it, also if it is not there
int rmr(lua_State* L) { return with_path(L, EffectKind::file_rmr, "file.rmr"); }

// file.copy(from, to) -> true | false, message
int copy(lua_State* L) { return with_two_paths(L, EffectKind::file_copy, "file.copy"); }

// file.move(from, to) -> true | false, message; also file.rename
int move(lua_State* L) { return with_two_paths(L, EffectKind::file_move, "file.move"); }

// file.exists(path) -> boolean
int exists(lua_State* L) { return with_path(L, EffectKind::file_exists, "file.exists"); }

// file.ls(path) -> {name, ...} | nil, message
int ls(lua_State* L) { return with_path(L, EffectKind::file_ls, "file.ls"); }

// file.glob(pattern) -> {path, ...} | nil, message
int glob(lua_State* L) {
    constexpr const char* kName = "file.glob";
    const std::string_view pattern = check_path(L, 1);
    return effect(L, EffectKind::file_glob, kName, Arguments(L, kName).text(pattern).take());
}

// file.size(path) -> bytes | 0, message
int size(lua_State* L) { return with_path(L, EffectKind::file_size, "file.size"); }

// file.tmpname() -> the path of a new, empty file | nil, message
int tmpname(lua_State* L) {
    constexpr const char* kName = "file.tmpname";
    return effect(L, EffectKind::file_tmpname, kName, Arguments(L, kName).take());
}

std::string_view without_slashes(std::string_view path) {
    while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    return path;
}

// file.basename("/a/b.txt") -> "b.txt"
int basename(lua_State* L) {
    const std::string_view path = without_slashes(check_text(L, 1));
    const size_t slash = path.rfind('/');
    if (path.empty()) {
        push(L, ".");
    } else {
        push(L, path == "/" || slash == path.npos ? path : path.substr(slash + 1));
    }
    return 1;
}

// file.dirname("/a/b.txt") -> "/a"
int dirname(lua_State* L) {
    const std::string_view path = without_slashes(check_text(L, 1));
    const size_t slash = path.rfind('/');
    if (slash == path.npos) {
        push(L, ".");
    } else {
        push(L, without_slashes(path.substr(0, std::max<size_t>(slash, 1))));
    }
    return 1;
}

}  // namespace

int open_file(lua_State* L) {
    static constexpr luaL_Reg kFunctions[] = {
        {"append", bound<append>},   {"basename", bound<basename>},
        {"copy", bound<copy>},       {"dirname", bound<dirname>},
        {"exists", bound<exists>},   {"glob", bound<glob>},
        {"ls", bound<ls>},           {"mkdir", bound<mkdir>},
        {"move", bound<move>},       {"read", bound<read>},
        {"rename", bound<move>},     {"rm", bound<rm>},
        {"rmr", bound<rmr>},         {"size", bound<size>},
        {"tmpname", bound<tmpname>}, {"write", bound<write>},
        {nullptr, nullptr},
    };
    luaL_newlib(L, kFunctions);
    return 1;
}

}  // namespace sloth::lua
