// Secrets: values that are sealed on disk, by stack and name. Adapters: storage/sqlite (the key
// lies in a file beside the database); each must pass tests/contract/secret_store_contract.h. Any
// thread; blocks for one commit or a read.
//
// A value is any bytes, up to kMaxSecretBytes; it never stands in an error. The stack "" is the one
// that hooks of every stack can read.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/secret.h"

namespace sloth {

class SecretStore {
 public:
    virtual ~SecretStore() = default;

    // Durable when it returns. True if it took the place of another value.
    virtual Result<bool> set(std::string_view stack, std::string_view name, std::string_view value,
                             WallTime now) = 0;
    // Of this stack only: Code::not_found. Code::failed if it cannot be opened: the key is another
    // one, or the row was tampered with.
    virtual Result<std::string> get(std::string_view stack, std::string_view name) = 0;
    // Sorted by stack and name.
    virtual Result<std::vector<SecretInfo>> list(std::optional<std::string> stack) = 0;
    virtual Result<void> remove(std::string_view stack, std::string_view name) = 0;
    // Seals every value with a new key and forgets the old one. How many. A crash in between leaves
    // every value readable.
    virtual Result<size_t> rotate_key() = 0;
};

}  // namespace sloth
