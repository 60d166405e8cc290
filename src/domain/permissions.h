// What a hook may reach. Values; pure. Enforced by the broker (runner/), never by the worker.
//
// A profile is the user's choice and the outer bound; the list in the script's metadata narrows it.
// A hook without a list has everything that its profile gives, as the specification says of hooks:
// "Hooks run with sloth-runner permissions". Source of the profiles: promises.md 3.3.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sloth {

enum class Profile : uint8_t {
    service,   // whatever the service's user may
    standard,  // no internal addresses, files below the hook's own folder, commands as another
               // user, secrets only by name in its list
    pure,      // computes; reads and writes the state of its stack and nothing else
};

std::string_view to_string(Profile profile);
Result<Profile> parse_profile(std::string_view text);

// One kind of access: to nothing, to what is named, or to everything.
struct Grant {
    bool all = false;
    std::vector<std::string> names;

    bool any() const { return all || !names.empty(); }
    bool operator==(const Grant&) const = default;
};

struct Permissions {
    bool listed = false;  // false: the script has no list, and the rest means nothing
    Grant exec;           // all or nothing
    Grant files;          // absolute paths: a file, or a folder with what is below it
    Grant network;  // hosts: "api.example.com", "*.example.com", with ":443" for one port only
    Grant secrets;  // names or globs ("deploy_*")

    bool operator==(const Permissions&) const = default;
};

// From metadata: {"exec", network = {"a.example.com"}, files = {"/srv/app"}, secrets = {"token"}}.
// A name alone (or `= true`) grants all of its kind. Code::invalid names the key and what it takes.
Result<Permissions> parse_permissions(const nlohmann::ordered_json& value);
// "" when there is no list; else what parse_permissions() reads.
std::string to_json(const Permissions& permissions);
// From that text. What cannot be read grants nothing.
Permissions permissions_of(std::string_view json);

// What `wanted` has that `approved` does not give, in words ("network: api.example.com"); empty if
// it is no more than was approved.
std::string widening(const Permissions& approved, const Permissions& wanted);
// The same for profiles: an earlier one gives more.
inline bool widens(Profile approved, Profile wanted) { return wanted < approved; }

bool grants_host(const Grant& network, std::string_view host, uint16_t port);
bool grants_secret(const Grant& secrets, std::string_view name);

}  // namespace sloth
