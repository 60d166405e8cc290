#include "domain/permissions.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/json.h"
#include "base/similar.h"

namespace sloth {
namespace {

// In the order in which the enumerators stand.
constexpr std::array<std::string_view, 3> kProfiles{"service", "standard", "pure"};

struct Kind {
    std::string_view name;
    Grant Permissions::* grant;
    std::string_view takes;  // what a list of it holds; "" if it is all or nothing
};

constexpr std::array<Kind, 4> kKinds{{
    {"exec", &Permissions::exec, ""},
    {"files", &Permissions::files, "absolute paths"},
    {"network", &Permissions::network, "hosts"},
    {"secrets", &Permissions::secrets, "names"},
}};
static_assert(std::ranges::is_sorted(kKinds, {}, &Kind::name));

constexpr size_t kMaxNames = 256;
constexpr size_t kMaxNameBytes = 1024;

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

// `*` stands for any run of characters.
bool wildcard(std::string_view pattern, std::string_view text) {
    size_t p = 0;
    size_t t = 0;
    size_t star = std::string_view::npos;
    size_t eaten = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = ++p;
            eaten = t;
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star;
            t = ++eaten;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

std::unexpected<Error> unknown(std::string_view name) {
    std::vector<std::string_view> names;
    for (const Kind& kind : kKinds) names.push_back(kind.name);
    const auto near = most_similar(name, names);
    return fail_with({Code::invalid, fmt::format("there is no permission '{}'", name),
                      near ? fmt::format("did you mean '{}'?", *near)
                           : "there are exec, files, network and secrets"});
}

Result<void> add_name(const Kind& kind, std::string name, Grant& grant) {
    const bool fits = !name.empty() && name.size() <= kMaxNameBytes &&
                      std::ranges::none_of(name, [](unsigned char c) { return c < ' '; });
    if (!fits || (kind.name == "files" && name.front() != '/') ||
        (kind.name == "network" && name.find_first_of("/ ") != std::string::npos)) {
        return fail(Code::invalid, "the permission '{}' takes {}, not '{}'", kind.name, kind.takes,
                    name);
    }
    if (grant.names.size() >= kMaxNames)
        return fail(Code::invalid, "the permission '{}' has more than {} names", kind.name,
                    kMaxNames);
    if (kind.name == "network") name = lower(name);
    while (kind.name == "files" && name.size() > 1 && name.back() == '/') name.pop_back();
    if (name == "*") {
        grant.all = true;
    } else {
        grant.names.push_back(std::move(name));
    }
    return {};
}

Result<void> read_grant(std::string_view name, const Json& value, Permissions& out) {
    const auto kind = std::ranges::lower_bound(kKinds, name, {}, &Kind::name);
    if (kind == kKinds.end() || kind->name != name) return unknown(name);
    Grant& grant = out.*kind->grant;
    if (value.is_boolean()) {
        grant.all = value.get<bool>();
        return {};
    }
    if (!kind->takes.empty() && value.is_string())
        return add_name(*kind, value.get<std::string>(), grant);
    const bool list = value.is_array() || (value.is_object() && value.empty());
    if (kind->takes.empty() || !list) {
        return kind->takes.empty()
                   ? fail(Code::invalid, "the permission '{}' takes true or false", kind->name)
                   : fail(Code::invalid, "the permission '{}' takes a list of {}, or true",
                          kind->name, kind->takes);
    }
    for (const Json& item : value) {
        if (!item.is_string())
            return fail(Code::invalid, "the permission '{}' takes a list of {}", kind->name,
                        kind->takes);
        SLOTH_TRY_VOID(add_name(*kind, item.get<std::string>(), grant));
    }
    std::ranges::sort(grant.names);
    grant.names.erase(std::ranges::unique(grant.names).begin(), grant.names.end());
    return {};
}

bool is_index(std::string_view key) {
    return !key.empty() && std::ranges::all_of(key, [](char c) { return c >= '0' && c <= '9'; });
}

bool covers(const Kind& kind, const Grant& approved, std::string_view name) {
    if (approved.all) return true;
    return std::ranges::any_of(approved.names, [&](const std::string& have) {
        if (kind.name == "files")
            return have == "/" || name == have ||
                   (name.starts_with(have) && name[have.size()] == '/');
        return have == name || wildcard(have, name);
    });
}

}  // namespace

std::string_view to_string(Profile profile) { return kProfiles[static_cast<size_t>(profile)]; }

Result<Profile> parse_profile(std::string_view text) {
    const auto found = std::ranges::find(kProfiles, text);
    if (found != kProfiles.end()) return static_cast<Profile>(found - kProfiles.begin());
    return fail_with({Code::invalid, fmt::format("there is no profile '{}'", text),
                      "there are service, standard and pure"});
}

Result<Permissions> parse_permissions(const Json& value) {
    if (!value.is_object() && !value.is_array())
        return fail(Code::invalid, "permissions must be a table");
    Permissions out;
    out.listed = true;
    for (const auto& [key, item] : value.items()) {
        if (value.is_array() || is_index(key)) {
            if (!item.is_string())
                return fail(Code::invalid, "permissions must be a table of names");
            SLOTH_TRY_VOID(read_grant(item.get<std::string>(), Json(true), out));
        } else {
            SLOTH_TRY_VOID(read_grant(key, item, out));
        }
    }
    return out;
}

std::string to_json(const Permissions& permissions) {
    if (!permissions.listed) return "";
    Json out = Json::object();
    for (const Kind& kind : kKinds) {
        const Grant& grant = permissions.*kind.grant;
        if (grant.all) {
            out[std::string(kind.name)] = true;
        } else if (!grant.names.empty()) {
            out[std::string(kind.name)] = grant.names;
        }
    }
    return dump_json(out);
}

Permissions permissions_of(std::string_view json) {
    if (json.empty()) return {};
    const auto value = parse_json(json);
    auto listed = value ? parse_permissions(*value) : std::unexpected(value.error());
    return listed ? std::move(*listed) : Permissions{.listed = true};
}

std::string widening(const Permissions& approved, const Permissions& wanted) {
    if (!approved.listed) return "";
    if (!wanted.listed) return "everything (the list of permissions is gone)";
    std::string out;
    for (const Kind& kind : kKinds) {
        const Grant& have = approved.*kind.grant;
        const Grant& want = wanted.*kind.grant;
        std::string more;
        if (want.all && !have.all) more = kind.takes.empty() ? "allowed" : "any";
        for (const std::string& name : want.names) {
            if (covers(kind, have, name)) continue;
            if (!more.empty()) more += ", ";
            more += name;
        }
        if (more.empty()) continue;
        if (!out.empty()) out += "; ";
        out += fmt::format("{}: {}", kind.name, more);
    }
    return out;
}

bool grants_host(const Grant& network, std::string_view host, uint16_t port) {
    if (network.all) return true;
    std::string wanted = lower(host);
    if (wanted.ends_with('.')) wanted.pop_back();
    return std::ranges::any_of(network.names, [&](std::string_view name) {
        // "host:443"; an IPv6 address with a port stands in brackets.
        const size_t colon = name.rfind(':');
        const bool has_port =
            colon != std::string_view::npos && (name.find(':') == colon || name[colon - 1] == ']');
        if (has_port) {
            uint16_t only = 0;
            const std::string_view digits = name.substr(colon + 1);
            std::from_chars(digits.data(), digits.data() + digits.size(), only);
            if (only != port) return false;
            name = name.substr(0, colon);
        }
        if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
        if (name.starts_with("*.")) return std::string_view(wanted).ends_with(name.substr(1));
        return name == wanted;
    });
}

bool grants_secret(const Grant& secrets, std::string_view name) {
    return secrets.all || std::ranges::any_of(secrets.names, [&](const std::string& have) {
               return wildcard(have, name);
           });
}

}  // namespace sloth
