// The file that holds the keys which secrets are sealed with: a line each, "id hex", the newest
// first. Mode 0400, in a folder of mode 0700, replaced as a whole. Made when the first secret is
// set. Callers take turns (the store's writer, or a lock).
#pragma once

#include <filesystem>
#include <vector>

#include "crypto/secret_box.h"

namespace sloth {

class KeyFile {
 public:
    explicit KeyFile(std::filesystem::path path) : path_(std::move(path)) {}

    // Newest first; empty if there is no file yet. Code::refused if others may read it,
    // Code::failed if it cannot be read as keys.
    Result<std::vector<SecretKey>> read() const;
    // On disk when it returns.
    Result<void> write(const std::vector<SecretKey>& keys) const;

    const std::filesystem::path& path() const { return path_; }

 private:
    std::filesystem::path path_;
};

}  // namespace sloth
