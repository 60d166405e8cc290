// Small files and descriptors. Blocking; not for hot paths.
#pragma once

#include <filesystem>
#include <string>
#include <utility>

#include "base/result.h"

namespace sloth {

// Owns a file descriptor.
class Fd {
 public:
    Fd() = default;
    explicit Fd(int fd) : fd_(fd) {}
    Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Fd& operator=(Fd&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~Fd();

    int get() const { return fd_; }
    int release() { return std::exchange(fd_, -1); }
    void reset() { Fd().swap(*this); }
    explicit operator bool() const { return fd_ >= 0; }
    void swap(Fd& other) noexcept { std::swap(fd_, other.fd_); }

 private:
    int fd_ = -1;
};

// The whole file; Code::not_found, Code::refused (permission), Code::exhausted (over `max_bytes`)
// or Code::failed. Refuses what is not a regular file: a FIFO would block for ever.
Result<std::string> read_file(const std::filesystem::path& path, size_t max_bytes);

// "no such file", "permission denied": errno as a clause for an error message.
std::string errno_text(int error);

}  // namespace sloth
