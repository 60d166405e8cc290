// SecretStore in memory, in the clear: for tests of whatever stands above it. Any thread.
#pragma once

#include "tests/fakes/memory_core.h"

namespace sloth {

class MemorySecrets final : public SecretStore {
 public:
    explicit MemorySecrets(MemoryCore& core) : core_(core) {}

    Result<bool> set(std::string_view stack, std::string_view name, std::string_view value,
                     WallTime now) override {
        return core_.write_now([&](MemoryTables& t) -> Result<bool> {
            SLOTH_TRY_VOID(check_secret_name(name));
            if (value.size() > kMaxSecretBytes) return fail(Code::invalid, "too long");
            auto [found, fresh] = t.secrets.try_emplace({std::string(stack), std::string(name)});
            auto& secret = found->second;
            if (fresh) secret.info = {std::string(stack), std::string(name), now, now};
            secret.info.updated_at = now;
            secret.value = value;
            return !fresh;
        });
    }
    Result<std::string> get(std::string_view stack, std::string_view name) override {
        return core_.read([&](const MemoryTables& t) -> Result<std::string> {
            const auto found = t.secrets.find({std::string(stack), std::string(name)});
            if (found == t.secrets.end()) return fail(Code::not_found, "no secret '{}'", name);
            return found->second.value;
        });
    }
    Result<std::vector<SecretInfo>> list(std::optional<std::string> stack) override {
        return core_.read([&](const MemoryTables& t) {
            std::vector<SecretInfo> out;
            for (const auto& [key, secret] : t.secrets) {
                if (!stack || key.first == *stack) out.push_back(secret.info);
            }
            return out;
        });
    }
    Result<void> remove(std::string_view stack, std::string_view name) override {
        return core_.write_now([&](MemoryTables& t) -> Result<void> {
            if (t.secrets.erase({std::string(stack), std::string(name)}) > 0) return {};
            return fail(Code::not_found, "no secret '{}'", name);
        });
    }
    Result<size_t> rotate_key() override {
        return core_.write_now([](MemoryTables& t) -> Result<size_t> { return t.secrets.size(); });
    }

 private:
    MemoryCore& core_;
};

}  // namespace sloth
