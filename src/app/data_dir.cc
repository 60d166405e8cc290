#include "app/data_dir.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "base/json.h"
#include "base/sha256.h"

namespace sloth {
namespace {

constexpr size_t kMaxSocketPath = sizeof(sockaddr_un::sun_path) - 1;
constexpr Micros kRetry = 20ms;

std::filesystem::path runtime_folder() {
    if (const char* dir = std::getenv("XDG_RUNTIME_DIR"); dir && *dir) return dir;
    return ::getuid() == 0 ? std::filesystem::path("/run") : std::filesystem::path("/tmp");
}

}  // namespace

std::filesystem::path DataDir::socket() const {
    const std::filesystem::path near = root / "sloth-runner.sock";
    if (near.native().size() <= kMaxSocketPath) return near;
    return runtime_folder() / fmt::format("sloth-runner-{}-{}.sock", ::getuid(),
                                          sha256_hex(root.native()).substr(0, 16));
}

Result<void> DataDir::create() const {
    std::error_code error;
    std::filesystem::create_directories(root.parent_path(), error);
    if (::mkdir(root.c_str(), 0700) != 0 && errno != EEXIST) {
        return fail_with(
            {errno == EACCES ? Code::refused : Code::failed,
             fmt::format("create the data folder '{}': {}", root.string(), errno_text(errno)),
             "choose another with --data-dir or SLOTH_RUNNER_DATA_DIR"});
    }
    if (!std::filesystem::is_directory(root, error)) {
        return fail(Code::failed, "the data folder '{}' is not a folder", root.string());
    }
    return {};
}

Result<DataLock> DataLock::acquire(const DataDir& dir, const std::string& role, Micros patience) {
    return acquire_file(dir.lock(), dir, role, patience);
}

Result<DataLock> DataLock::acquire_file(const std::filesystem::path& file, const DataDir& dir,
                                        const std::string& role, Micros patience) {
    Fd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd) {
        return fail_with({errno == EACCES ? Code::refused : Code::failed,
                          fmt::format("open '{}': {}", file.string(), errno_text(errno)),
                          "the data folder must be writable; choose another with --data-dir"});
    }
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
        if (std::chrono::steady_clock::now() >= deadline) {
            const LockHolder holder = read_lock_holder(file);
            return fail_with(
                {Code::conflict,
                 fmt::format("the data folder '{}' is in use by process {} ({})", dir.root.string(),
                             holder.pid, holder.role.empty() ? "unknown" : holder.role),
                 "stop it first, or choose another folder with --data-dir"});
        }
        std::this_thread::sleep_for(kRetry);
    }
    DataLock lock(std::move(fd));
    SLOTH_TRY_VOID(lock.announce({::getpid(), role, "", ""}));
    return lock;
}

Result<void> DataLock::announce(const LockHolder& holder) {
    const std::string text = dump_json(Json{{"pid", holder.pid},
                                            {"role", holder.role},
                                            {"socket", holder.socket},
                                            {"address", holder.address}}) +
                             "\n";
    // Not a failure worth stopping for when the disk is full: the lock itself needs no bytes.
    if (::ftruncate(fd_.get(), 0) != 0) return {};
    if (::pwrite(fd_.get(), text.data(), text.size(), 0) != ssize_t(text.size())) return {};
    return {};
}

LockHolder read_lock_holder(const std::filesystem::path& lock_file) {
    LockHolder holder;
    const auto text = read_file(lock_file, 64 << 10);
    const auto json = text ? parse_json(*text) : fail(Code::not_found, "no lock file");
    if (!json || !json->is_object()) return holder;
    holder.pid = json->value("pid", int64_t(0));
    holder.role = json->value("role", std::string());
    holder.socket = json->value("socket", std::string());
    holder.address = json->value("address", std::string());
    return holder;
}

bool is_socket_served(const std::filesystem::path& path) {
    if (path.empty() || path.native().size() > kMaxSocketPath) return false;
    const Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.native().size());
    return ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

}  // namespace sloth
