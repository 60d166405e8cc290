#include "watch/file_hash.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "watch/regular_file.h"

namespace sloth {

Result<FileHash> FileHash::open(const std::string& path, const FileEntry& expected, Links links) {
    SLOTH_TRY(Fd fd, open_regular(path, links));
    std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
    if (!context || EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) != 1) {
        return fail(Code::failed, "hash '{}': SHA-256 is not available", path);
    }
    return FileHash(std::move(fd), expected, std::move(context));
}

bool FileHash::unchanged() const {
    const auto now = look_at(fd_.get(), "");
    return now && same_state(*now, expected_);
}

Result<bool> FileHash::read(size_t bytes) {
    if (!unchanged()) return true;
    std::array<char, 64 << 10> chunk;
    // Only as far as the file reached when it was looked at: one that grows for ever has an end.
    const uint64_t size = uint64_t(expected_.size);
    const uint64_t stop = std::min(size, done_ + bytes);
    while (done_ < stop) {
        const size_t want = std::min<uint64_t>(chunk.size(), stop - done_);
        const ssize_t got = ::read(fd_.get(), chunk.data(), want);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail(Code::failed, "hash a file: {}", errno_text(errno));
        if (got == 0) return true;  // it became shorter
        EVP_DigestUpdate(context_.get(), chunk.data(), size_t(got));
        done_ += uint64_t(got);
    }
    if (done_ < size) return false;
    if (unchanged()) finish();
    return true;
}

void FileHash::finish() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> raw;
    unsigned int length = 0;
    EVP_DigestFinal_ex(context_.get(), raw.data(), &length);
    for (unsigned int i = 0; i < length; ++i) digest_ += fmt::format("{:02x}", raw[i]);
}

}  // namespace sloth
