// Where an operation happens: a folder that is held open, and a name in it. A path is walked once,
// by the kernel and from the descriptor of a root (openat2, RESOLVE_BENEATH), and everything after
// that is done with *at calls on what was found: there is no moment between a check and a use in
// which links or renames could lead elsewhere. Symbolic links count if where they lead is below a
// root too.
//
// Blocking; any thread. Code::refused: outside the roots, and nothing else.
#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"
#include "files/roots.h"

namespace sloth::files {

// What a symbolic link in the last place of a path means.
enum class Last : uint8_t { follow, keep };

struct Place {
    Fd folder;         // O_PATH
    std::string name;  // of one component; "." is the folder itself, which nobody can remove
    std::string path;  // absolute, as it was asked for: for messages
    std::string_view doing;

    // "read '/etc/shadow': permission denied"; `what` is put before the reason.
    std::unexpected<Error> error(int number, std::string_view what = {}) const;
    std::unexpected<Error> error(Code code, std::string_view why) const;

    // Of what the name stands for now, links not followed; nothing if nothing is there.
    Result<std::optional<struct stat>> status() const;
};

// `doing` ("read") begins the messages and must live as long as the program. The folder must be
// there, the name need not.
Result<Place> find_place(const Roots& roots, std::string_view path, Last last,
                         std::string_view doing);

enum class Access : uint8_t { read, write, append };

// Opens the regular file there. Never waits: FIFOs, sockets and devices are refused unopened.
Result<Fd> open_regular(const Place& place, Access access);

// Opens the folder there, to list it or to work below it.
Result<Fd> open_folder(const Place& place);

}  // namespace sloth::files
