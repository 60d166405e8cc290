#include "runner/rights.h"

namespace sloth {

std::unexpected<Error> Rights::refused(std::string_view permission, std::string_view detail) const {
    if (hook_.profile == Profile::pure) {
        return fail(Code::refused, "not permitted: a hook with the profile 'pure' has no `{}`",
                    permission);
    }
    return fail(Code::refused, "not permitted: the hook's permissions do not give `{}`{}{}",
                permission, detail.empty() ? "" : " for ", detail);
}

Result<void> Rights::check(std::string_view permission, const Grant& grant) const {
    if (hook_.profile == Profile::pure) return refused(permission);
    if (hook_.permissions.listed && !grant.any()) return refused(permission);
    return {};
}

Result<void> Rights::may_exec() const { return check("exec", hook_.permissions.exec); }

Result<void> Rights::may_use_network() const { return check("network", hook_.permissions.network); }

Result<void> Rights::may_use_files() const { return check("files", hook_.permissions.files); }

Result<void> Rights::may_dispatch() const {
    return hook_.profile == Profile::pure ? refused("event") : Result<void>();
}

Result<void> Rights::may_read_environment() const {
    return hook_.profile == Profile::pure ? refused("env") : Result<void>();
}

Result<void> Rights::may_watch() const {
    if (hook_.profile == Profile::service && !hook_.permissions.listed) return {};
    return fail(Code::refused,
                "not permitted: watchers are for hooks with the profile 'service' and without a "
                "list of permissions");
}

Result<void> Rights::may_connect(std::string_view host, uint16_t port) const {
    SLOTH_TRY_VOID(may_use_network());
    if (!hook_.permissions.listed || grants_host(hook_.permissions.network, host, port)) return {};
    return refused("network", fmt::format("{}:{}", host, port));
}

Result<void> Rights::may_read_secret(std::string_view name) const {
    SLOTH_TRY_VOID(check("secrets", hook_.permissions.secrets));
    const bool by_list = hook_.permissions.listed || hook_.profile != Profile::service;
    if (!by_list || grants_secret(hook_.permissions.secrets, name)) return {};
    return refused("secrets", fmt::format("'{}'", name));
}

}  // namespace sloth
