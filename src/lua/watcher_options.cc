#include "lua/watcher_options.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <vector>

#include "base/json.h"
#include "base/similar.h"
#include "base/utf8.h"
#include "domain/watcher_fields.h"
#include "domain/watcher_spec.h"
#include "lua/binding.h"
#include "lua/event_table.h"

namespace sloth::lua {
namespace {

constexpr size_t kMaxText = 64 << 10;  // over all that a watcher takes
constexpr lua_Unsigned kMaxWords = 1000;
constexpr double kMicrosPerSecond = 1e6;
constexpr double kMaxSeconds = 1e10;  // over all that a watcher takes; keeps the product in range

// The fields that scripts set, whatever the type; those of a type are in its row
// (domain/watcher_types.cc).
constexpr std::string_view kOfEveryType = "conditions interval label stack enabled";
constexpr std::string_view kDurations = "average for interval timeout";
constexpr std::string_view kQuantities = "threshold hysteresis";  // in the unit of the metric
constexpr std::string_view kAlways = "always";                    // no field: it is so anyway

// What else fields are called in scripts.
struct Synonym {
    std::string_view option;
    std::string_view key;
    std::string_view types = {};  // that know it by this name; none: each that has the field
};

constexpr auto kSynonyms = std::to_array<Synonym>({
    {"cpu_threshold", "threshold", "cpu"},
    {"disk_threshold", "threshold", "disk"},
    {"file_path", "path"},
    {"follow_log", kAlways, "log"},
    {"held_for", "for"},
    {"id", "label"},
    {"interface", "name", "network"},
    {"log_path", "path", "log"},
    {"log_pattern", "pattern", "log"},
    {"memory_threshold", "threshold", "memory"},
    {"mount_point", "path", "disk"},
    {"network_threshold", "threshold", "network"},
    {"output_pattern", "pattern", "command"},
    {"process", "name", "process"},
    {"process_name", "name", "process"},
    {"remote_addr", "host", "port"},
    {"service", "name", "service"},
    {"service_name", "name", "service"},
    {"username", "user", "process"},
    {"when", "conditions"},
});
static_assert(std::ranges::is_sorted(kSynonyms, {}, &Synonym::option));

bool takes(const WatcherType& type, std::string_view key) {
    return has_word(kOfEveryType, key) || has_word(type.fields, key);
}

bool knows(const WatcherType& type, const Synonym& synonym) {
    return synonym.types.empty() ? takes(type, synonym.key) : has_word(synonym.types, type.name);
}

// The field that an option of this name sets, as it stands in the tables; "" if there is none.
std::string_view key_of(const WatcherType& type, std::string_view option) {
    const auto it = std::ranges::lower_bound(kSynonyms, option, {}, &Synonym::option);
    if (it != kSynonyms.end() && it->option == option) return knows(type, *it) ? it->key : "";
    return takes(type, option) ? (*find_watcher_field(option))->key : "";
}

[[noreturn]] void raise(lua_State* L, const std::string& text) {
    luaL_error(L, "%s", text.c_str());
    __builtin_unreachable();
}

class Reader {
 public:
    Reader(lua_State* L, const WatcherType& type)
        : L_(L), type_(type), function_(fmt::format("watcher.register.{}", type.name)) {}

    WatcherOptions read(int index) {
        if (!lua_istable(L_, index)) {
            const char* got = lua_isnone(L_, index) ? "nothing" : luaL_typename(L_, index);
            error(fmt::format("it takes a table of options ({}), not {}", options(), got));
        }
        luaL_checkstack(L_, LUA_MINSTACK, nullptr);
        for (lua_pushnil(L_); lua_next(L_, index) != 0; lua_pop(L_, 1)) {
            if (lua_type(L_, -2) != LUA_TSTRING)
                error(fmt::format("it takes a table of named options ({}), not a list", options()));
            take(std::string(text_at(L_, -2)));
        }
        lua_pushliteral(L_, "agent");
        lua_rawget(L_, index);
        std::string agent = check_agent(L_, function_);
        lua_pop(L_, 1);
        return {.agent = std::move(agent), .spec = spec()};
    }

 private:
    struct Given {
        std::string option;
        Json value;
    };

    [[noreturn]] void error(const std::string& why) const {
        raise(L_, fmt::format("{}: {}", function_, why));
    }
    [[noreturn]] void error(const Error& why) const {
        error(why.hint.empty() ? why.message : fmt::format("{}; {}", why.message, why.hint));
    }

    std::string options() const {
        std::vector<std::string_view> names = split_words(type_.fields);
        names.insert(names.begin(), "when");
        for (const char* name : {"agent", "interval", "label", "stack", "enabled"})
            names.emplace_back(name);
        return fmt::format("{}", fmt::join(names, ", "));
    }
    [[noreturn]] void unknown(std::string_view option) const {
        std::vector<std::string_view> names = split_words(type_.fields);
        for (const std::string_view name : split_words(kOfEveryType)) names.push_back(name);
        for (const Synonym& synonym : kSynonyms) {
            if (knows(type_, synonym)) names.push_back(synonym.option);
        }
        names.emplace_back("agent");
        const auto near = most_similar(option, names);
        error(fmt::format("there is no option `{}`{} {}", option,
                          near ? fmt::format(": did you mean `{}`? It takes", *near) : "; it takes",
                          options()));
    }

    // The option whose value is on top of the stack.
    void take(std::string option) {
        if (option == "agent") return;
        const std::string_view key = key_of(type_, option);
        if (key.empty()) unknown(option);
        if (key == kAlways) {
            if (lua_isboolean(L_, -1) && lua_toboolean(L_, -1) != 0) return;
            error(fmt::format("the option `{}` can only be true: a {} watcher always does", option,
                              type_.name));
        }
        Json value = value_of(option, key);
        const auto [given, is_new] = given_.try_emplace(key);
        if (!is_new)
            error(fmt::format("the options `{}` and `{}` mean the same: say it once",
                              std::min(given->second.option, option),
                              std::max(given->second.option, option)));
        given->second = {std::move(option), std::move(value)};
    }

    Json value_of(const std::string& option, std::string_view key) const {
        switch (lua_type(L_, -1)) {
            case LUA_TSTRING:
                return text_of(option);
            case LUA_TBOOLEAN:
                return lua_toboolean(L_, -1) != 0;
            case LUA_TNUMBER:
                return number_of(option, key);
            case LUA_TTABLE:
                return list_of(option);
            default:
                error(fmt::format("the option `{}` cannot be a {}", option, luaL_typename(L_, -1)));
        }
    }
    std::string text_of(const std::string& option) const {
        const std::string_view text = text_at(L_, -1);
        if (text.size() > kMaxText)
            error(fmt::format("the option `{}` is longer than {} bytes", option, kMaxText));
        if (!is_utf8(text)) error(fmt::format("the option `{}` must be text in UTF-8", option));
        return std::string(text);
    }
    Json number_of(const std::string& option, std::string_view key) const {
        const double number = lua_tonumber(L_, -1);
        if (has_word(kDurations, key)) {
            if (!(number >= 0 && number <= kMaxSeconds))
                error(
                    fmt::format("the option `{}` must be a number of seconds or a duration such "
                                "as \"10s\"",
                                option));
            return format_duration(Micros(std::llround(number * kMicrosPerSecond)));
        }
        int whole = 0;
        const lua_Integer integer = lua_tointegerx(L_, -1, &whole);
        if (whole != 0) return integer;
        if (!std::isfinite(number))
            error(fmt::format("the option `{}` must be a number that is finite", option));
        return number;
    }
    Json list_of(const std::string& option) const {
        const lua_Unsigned count = lua_rawlen(L_, -1);
        if (count > kMaxWords)
            error(fmt::format("the option `{}` has more than {} words", option, kMaxWords));
        Json list = Json::array();
        for (lua_Unsigned i = 1; i <= count; ++i) {
            if (lua_rawgeti(L_, -1, static_cast<lua_Integer>(i)) != LUA_TSTRING)
                error(fmt::format("the option `{}` must be a list of strings", option));
            list.push_back(text_of(option));
            lua_pop(L_, 1);
        }
        if (count > 0) return list;
        lua_pushnil(L_);
        if (lua_next(L_, -2) != 0)
            error(fmt::format("the option `{}` must be a list of strings", option));
        return list;
    }

    void set(WatcherSpec& spec, std::string_view key, const Json& value) const {
        const WatcherField& field = **find_watcher_field(key);
        auto done = field.set(spec, key, value);
        // Numbers are texts, too.
        if (!done && value.is_number()) done = field.set(spec, key, Json(dump_json(value)));
        if (!done) error(done.error());
    }
    std::string spec() const {
        WatcherSpec spec;
        spec.type = type_.name;
        for (const bool quantities : {false, true}) {
            for (const auto& [key, given] : given_) {
                if (has_word(kQuantities, key) == quantities) set(spec, key, given.value);
            }
        }
        auto conditions =
            parse_conditions(type_.name, fmt::format("{}", fmt::join(spec.conditions, ",")));
        if (!conditions) error(conditions.error());
        spec.conditions = std::move(*conditions);
        if (auto ok = validate(spec); !ok) error(ok.error());
        Json out = Json::object();
        for (const WatcherField& field : watcher_fields()) {
            const bool known = field.key == "type" || field.key == "conditions";
            if (!known && !given_.contains(field.key)) continue;
            if (Json value = field.get(spec); !value.is_null()) out[field.key] = std::move(value);
        }
        return dump_json(out);
    }

    lua_State* L_;
    const WatcherType& type_;
    const std::string function_;
    std::map<std::string_view, Given> given_;  // by the field's key
};

}  // namespace

WatcherOptions watcher_options(lua_State* L, int index, const WatcherType& type) {
    return Reader(L, type).read(index);
}

std::string check_agent(lua_State* L, std::string_view function) {
    const int top = lua_gettop(L);
    if (lua_isnil(L, -1)) {
        push_event_agent(L);
        if (lua_isnil(L, -1))
            raise(L, fmt::format("{}: the event comes from no agent: name one with the option "
                                 "`agent`",
                                 function));
    } else if (lua_istable(L, -1)) {
        lua_pushliteral(L, "name");
        lua_rawget(L, -2);
    }
    std::string name;
    if (lua_type(L, -1) == LUA_TSTRING) name = text_at(L, -1);
    if (name.empty() || name.size() > kMaxText)
        raise(L, fmt::format("{}: the option `agent` must be the name of an agent", function));
    lua_settop(L, top);
    return name;
}

}  // namespace sloth::lua
