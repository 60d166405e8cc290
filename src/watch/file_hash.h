// SHA-256 of a regular file in bounded pieces, so that a large file does not hold up the agent. One
// thread. Opens nothing but regular files.
#pragma once

#include <openssl/evp.h>

#include <cstdint>
#include <memory>
#include <string>

#include "base/file.h"
#include "watch/file_entry.h"

namespace sloth {

class FileHash {
 public:
    // `expected` is how the file was when it was looked at: a hash is given for exactly that.
    static Result<FileHash> open(const std::string& path, const FileEntry& expected, Links links);

    // Reads up to `bytes` more. True when it is done, with digest() set.
    Result<bool> read(size_t bytes);

    // 64 hex digits; "" if the file changed while it was read: no hash can be given for it.
    const std::string& digest() const { return digest_; }

 private:
    struct Free {
        void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    };

    FileHash(Fd fd, FileEntry expected, std::unique_ptr<EVP_MD_CTX, Free> context)
        : fd_(std::move(fd)), expected_(std::move(expected)), context_(std::move(context)) {}
    bool unchanged() const;
    void finish();

    Fd fd_;
    FileEntry expected_;
    std::unique_ptr<EVP_MD_CTX, Free> context_;
    uint64_t done_ = 0;
    std::string digest_;
};

}  // namespace sloth
