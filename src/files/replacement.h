// A file's new content, written beside it and put in its place in one step: whoever looks sees the
// old content or the new, also after a crash of the machine. It gets the mode and the owner of what
// it replaces. Not shareable; blocking.
#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>
#include <string_view>

#include "files/place.h"

namespace sloth::files {

class Replacement {
 public:
    // `old`: what is there now; nothing if nothing is. `mode` instead of the old one's, or for a
    // new file (else as the umask says).
    static Result<Replacement> begin(const Place& place, const std::optional<struct stat>& old,
                                     std::optional<mode_t> mode);
    Replacement(Replacement&& other) noexcept = default;
    Replacement& operator=(Replacement&&) = delete;
    ~Replacement();  // without commit nothing remains

    Result<void> add(std::string_view bytes);

    // False: a file is there by now, where none was. Nothing has happened then.
    Result<bool> commit();

 private:
    Replacement(const Place& place, std::string name, Fd fd, bool replaces)
        : place_(&place), name_(std::move(name)), fd_(std::move(fd)), replaces_(replaces) {}

    const Place* place_;
    std::string name_;
    Fd fd_;  // empty: done
    bool replaces_;
};

}  // namespace sloth::files
