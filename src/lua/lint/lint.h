// What is likely wrong in a script that compiles: names that nothing has, modules that are not
// there, commands that event data could steer. Asks the state which names exist, so the answer is
// that of the worker that will run it.
#pragma once

#include <lua.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace sloth::lua {

struct Finding {
    int line = 0;  // 0: none in particular
    bool error = false;
    std::string message;
};

// In the order of lines. `L` has its globals installed; they are made where they are asked for.
std::vector<Finding> lint(lua_State* L, std::string_view text);

// {"findings": [{"line", "severity", "message"}], "metadata": {...}} for the wire; `metadata` may
// be empty.
std::string to_json(const std::vector<Finding>& findings, std::string_view metadata);

}  // namespace sloth::lua
