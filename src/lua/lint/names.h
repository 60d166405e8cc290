// What a script names beyond its own locals: globals that it reads and sets, modules that it
// requires, fields of modules, and commands put together from pieces. A walk over the grammar that
// keeps scopes and nothing else; the text must have been compiled by Lua before. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sloth::lua {

struct NameUse {
    enum class Kind : uint8_t {
        read,     // the global `name`
        write,    // the global `name`
        require,  // require("name")
        field,    // `field` of the module `name`
        command,  // exec.run with text that is put together from pieces
    };
    Kind kind = Kind::read;
    std::string name;
    std::string field;
    int line = 0;

    bool operator==(const NameUse&) const = default;
};

// In the order of the text. `is_module` tells which globals are modules, and which fields of
// modules
// ("watcher.register") are tables whose fields are to be told as well.
std::vector<NameUse> names_in(std::string_view text, bool (*is_module)(std::string_view));

}  // namespace sloth::lua
