#include "runner/lockdown.h"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/file.h"

namespace sloth {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized =
    true;  // the sanitizers need address space and system calls of their own
#else
constexpr bool kSanitized = false;
#endif

// What running Lua and talking over an open socket takes.
constexpr int kAllowed[] = {
    SCMP_SYS(read),         SCMP_SYS(write),           SCMP_SYS(recvfrom),
    SCMP_SYS(sendto),       SCMP_SYS(recvmsg),         SCMP_SYS(sendmsg),
    SCMP_SYS(poll),         SCMP_SYS(ppoll),           SCMP_SYS(futex),
    SCMP_SYS(munmap),       SCMP_SYS(mremap),          SCMP_SYS(madvise),
    SCMP_SYS(brk),          SCMP_SYS(clock_gettime),   SCMP_SYS(gettimeofday),
    SCMP_SYS(time),         SCMP_SYS(getrandom),       SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),  SCMP_SYS(sigaltstack),
    SCMP_SYS(exit),         SCMP_SYS(exit_group),      SCMP_SYS(close),
    SCMP_SYS(getpid),       SCMP_SYS(restart_syscall),
};

// What no innocent library call does here: the worker is not itself any more. All that stands in
// neither list fails with EPERM.
constexpr int kDeadly[] = {
    SCMP_SYS(open),
    SCMP_SYS(openat),
    SCMP_SYS(openat2),
    SCMP_SYS(creat),
    SCMP_SYS(socket),
    SCMP_SYS(socketpair),
    SCMP_SYS(connect),
    SCMP_SYS(bind),
    SCMP_SYS(listen),
    SCMP_SYS(accept),
    SCMP_SYS(accept4),
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(clone),
    SCMP_SYS(clone3),
    SCMP_SYS(ptrace),
    SCMP_SYS(kill),
    SCMP_SYS(tkill),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(bpf),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(pidfd_getfd),
    SCMP_SYS(pidfd_open),
    SCMP_SYS(pidfd_send_signal),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(io_uring_enter),
    SCMP_SYS(io_uring_register),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(keyctl),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(chroot),
    SCMP_SYS(pivot_root),
    SCMP_SYS(unshare),
    SCMP_SYS(setns),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(delete_module),
    SCMP_SYS(kexec_load),
    SCMP_SYS(reboot),
    SCMP_SYS(unlink),
    SCMP_SYS(unlinkat),
    SCMP_SYS(rename),
    SCMP_SYS(renameat),
    SCMP_SYS(renameat2),
    SCMP_SYS(link),
    SCMP_SYS(linkat),
    SCMP_SYS(symlink),
    SCMP_SYS(symlinkat),
    SCMP_SYS(chmod),
    SCMP_SYS(fchmodat),
    SCMP_SYS(chown),
    SCMP_SYS(fchownat),
    SCMP_SYS(truncate),
    SCMP_SYS(mknod),
    SCMP_SYS(mknodat),
    SCMP_SYS(mkdir),
    SCMP_SYS(mkdirat),
    SCMP_SYS(setuid),
    SCMP_SYS(setgid),
    SCMP_SYS(setresuid),
    SCMP_SYS(setresgid),
    SCMP_SYS(capset),
    SCMP_SYS(name_to_handle_at),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(memfd_create),
    SCMP_SYS(memfd_secret),
};

int add_rules(scmp_filter_ctx filter) {
    int result = 0;
    const auto add = [&](int outcome) {
        if (outcome < 0 && result == 0) result = outcome;
    };
    for (const int call : kAllowed) add(seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0));
    for (const int call : kDeadly) add(seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, call, 0));
    // Memory: private and never executable.
    add(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
                         SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
                         SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS)));
    add(seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, SCMP_SYS(mmap), 1,
                         SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC)));
    add(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                         SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)));
    add(seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, SCMP_SYS(mprotect), 1,
                         SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC)));
    return result;
}

// The filter as the kernel takes it; empty if it cannot be had.
std::vector<sock_filter> export_filter(scmp_filter_ctx filter) {
    const Fd file(::memfd_create("filter", MFD_CLOEXEC));
    if (!file || seccomp_export_bpf(filter, file.get()) < 0) return {};
    const off_t bytes = ::lseek(file.get(), 0, SEEK_END);
    if (bytes <= 0) return {};
    std::vector<sock_filter> program(static_cast<size_t>(bytes) / sizeof(sock_filter));
    const ssize_t got = ::pread(file.get(), program.data(), static_cast<size_t>(bytes), 0);
    if (got != bytes) return {};
    return program;
}

// More than a worker has of its own memory at its start, for machines without /proc.
constexpr int64_t kUnknownStart = 64LL << 20;

// Bytes of address space that this process has now; 0 if /proc is not there.
int64_t address_space() {
    std::FILE* file = std::fopen("/proc/self/statm", "re");
    if (file == nullptr) return 0;
    long pages = 0;
    const int got = std::fscanf(file, "%ld", &pages);
    std::fclose(file);
    return got == 1 ? static_cast<int64_t>(pages) * ::sysconf(_SC_PAGESIZE) : 0;
}

void limit(std::vector<std::string>& warnings, int resource, const char* name, int64_t value) {
    const rlimit bounds{static_cast<rlim_t>(value), static_cast<rlim_t>(value)};
    if (::setrlimit(static_cast<__rlimit_resource>(resource), &bounds) != 0)
        warnings.push_back(fmt::format("limit {}: {}", name, errno_text(errno)));
}

// The kernel's struct as of the newest version known here; older ones take a prefix of it. Debian
// 12's header ends at the first field.
struct LandlockRuleset {
    uint64_t files = 0;
    uint64_t network = 0;
    uint64_t scoped = 0;
};
constexpr uint32_t kAskVersion = 1;

void deny_files_and_network(std::vector<std::string>& warnings) {
    const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, kAskVersion);
    if (version <= 0) {
        warnings.push_back(fmt::format("Landlock: {}", errno_text(errno)));
        return;
    }
    const int file_rights = version >= 5 ? 16 : version >= 3 ? 15 : version == 2 ? 14 : 13;
    const LandlockRuleset ruleset{.files = (1ULL << file_rights) - 1, .network = 3, .scoped = 3};
    const size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
    const Fd rules(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &ruleset, size, 0)));
    if (!rules || ::syscall(SYS_landlock_restrict_self, rules.get(), 0) != 0)
        warnings.push_back(fmt::format("Landlock: {}", errno_text(errno)));
}

}  // namespace

Lockdown Lockdown::prepare() {
    Lockdown out;
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (filter == nullptr) {
        out.filter_problem_ = "cannot be built";
        return out;
    }
    const int result = add_rules(filter);
    if (result < 0) {
        out.filter_problem_ = errno_text(-result);
    } else {
        out.filter_ = export_filter(filter);
        if (out.filter_.empty()) out.filter_problem_ = "cannot be exported";
    }
    seccomp_release(filter);
    return out;
}

std::vector<std::string> Lockdown::apply(int64_t memory_budget, int descriptors) const {
    std::vector<std::string> warnings;
    const int64_t now = address_space();
    if (kSanitized) {
        warnings.emplace_back("memory limit and system-call filter: left out in a sanitizer build");
    } else if (now == 0) {
        limit(warnings, RLIMIT_DATA, "of memory", kUnknownStart + memory_budget);
    } else {
        limit(warnings, RLIMIT_AS, "of address space", now + memory_budget);
    }
    limit(warnings, RLIMIT_NPROC, "of processes", 0);
    limit(warnings, RLIMIT_CORE, "of core files", 0);
    limit(warnings, RLIMIT_FSIZE, "of file sizes", 0);
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        warnings.push_back(fmt::format("no_new_privs: {}", errno_text(errno)));
    if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        warnings.push_back(fmt::format("dumpable: {}", errno_text(errno)));
    deny_files_and_network(warnings);
    if (!kSanitized) limit(warnings, RLIMIT_NOFILE, "of descriptors", descriptors);
    if (kSanitized) return warnings;
    if (filter_.empty()) {
        warnings.push_back("system-call filter: " + filter_problem_);
        return warnings;
    }
    const sock_fprog program{.len = static_cast<unsigned short>(filter_.size()),
                             .filter = const_cast<sock_filter*>(filter_.data())};
    if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        warnings.push_back(fmt::format("system-call filter: {}", errno_text(errno)));
    return warnings;
}

}  // namespace sloth
