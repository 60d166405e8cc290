// What a run may ask of the world: its hook's profile, narrowed by the list in its metadata
// (domain/permissions.h). Asked by the effects before they do anything. Each refusal is
// Code::refused and names the permission. Pure; any thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "domain/hook_index.h"

namespace sloth {

class Rights {
 public:
    explicit Rights(const RunnableHook& hook) : hook_(hook) {}

    Result<void> may_exec() const;
    Result<void> may_dispatch() const;
    Result<void> may_read_environment() const;
    Result<void> may_use_network() const;
    Result<void> may_connect(std::string_view host, uint16_t port) const;
    Result<void> may_read_secret(std::string_view name) const;
    Result<void> may_use_files() const;
    // A watcher's command runs as the agent, and nothing in a list of permissions grants that.
    Result<void> may_watch() const;

    // Whether everything is within reach that the service's own user reaches.
    bool service_rights() const { return hook_.profile == Profile::service; }

 private:
    Result<void> check(std::string_view permission, const Grant& grant) const;
    std::unexpected<Error> refused(std::string_view permission, std::string_view detail = {}) const;

    const RunnableHook& hook_;
};

}  // namespace sloth
