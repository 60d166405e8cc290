// Where the kernel tells that something happened: to a path, or to a descriptor. A hint to look,
// never the truth. Used by the agent's thread; `read` never blocks. Real: watch/kernel_notifier.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace sloth {

struct Notice {
    enum class Kind : uint8_t {
        written,   // a writer has closed it, or it was moved here: complete as far as one can know
        changed,   // written to, or its metadata changed; more may follow
        appeared,  // a name came into being; more may follow
        gone,      // a name, or the watched path itself, went away or moved
        lost,      // the kernel has dropped this watch: the number means nothing any more
        overflow,  // notices were dropped: look at everything
        ready,     // the attached descriptor `watch` has something, or a source has
    };
    uint64_t owner = 0;
    int watch = -1;  // -1 with overflow, and from a source
    Kind kind = Kind::changed;
    std::string name;  // inside the watched folder; "" is the path itself

    bool operator==(const Notice&) const = default;
};

// What has a descriptor that concerns many owners, and knows whom.
class NoticeSource {
 public:
    virtual ~NoticeSource() = default;
    // The descriptor is ready. Takes what there is, without blocking, and says who should look.
    virtual void read(std::vector<Notice>& notices) = 0;
};

class Notifier {
 public:
    enum class Scope : uint8_t {
        names,     // which names are in a folder; follows a symlink
        contents,  // the path itself, or all in a folder; does not follow a symlink
        followed,  // the same, and follows a symlink
    };

    virtual ~Notifier() = default;

    // Several owners may watch one path; the number is the same for the same file. Asking again is
    // cheap and safe. Code::not_found, Code::refused, Code::exhausted (the system's limit).
    virtual Result<int> add(const std::string& path, Scope scope, uint64_t owner) = 0;
    virtual void remove(int watch, uint64_t owner) = 0;

    // From now on `owner` (or the source) is told while `fd` is ready for `events` (POLLIN,
    // POLLOUT). Attaching it again changes the events. The descriptor stays the caller's, who
    // detaches it before it is closed.
    virtual Result<void> attach(int fd, short events, uint64_t owner) = 0;
    virtual Result<void> attach(int fd, short events, NoticeSource& source) = 0;
    virtual void detach(int fd) = 0;

    virtual std::vector<Notice> read() = 0;
    virtual int fd() const = 0;  // readable when read() has something; -1 if there is none
};

}  // namespace sloth
