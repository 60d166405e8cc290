// A hidden folder inside the one that an archive is unpacked into. Entries are made in it, each
// reached from its descriptor without following any link; at the end they are moved out of it. One
// that was not moved is removed with all that is in it. Not shareable; blocking.
#pragma once

#include <stop_token>
#include <string_view>

#include "files/archive.h"
#include "files/place.h"

namespace sloth::files {

class Staging {
 public:
    // In `target`, a folder. It and `stop` must outlive this.
    static Result<Staging> begin(const Place& target, const std::stop_token& stop);
    Staging(Staging&& other) noexcept = default;
    Staging& operator=(Staging&&) = delete;
    ~Staging();

    Result<void> add_folder(const ArchiveEntry& entry);
    Result<void> add_symlink(const ArchiveEntry& entry);
    Result<void> add_hardlink(const ArchiveEntry& entry);
    Result<Fd> add_file(const ArchiveEntry& entry);  // to be written

    // Puts everything into the target. Where it cannot go is found out before anything moves.
    Result<void> move_out();

 private:
    Staging(const Place& target, Place hidden, const std::stop_token& stop);
    Result<Place> place_for(std::string_view path);
    Result<void> make_way(const Place& place) const;

    const std::stop_token* stop_;
    const Place* target_;
    Place hidden_;  // the folder by its name in the target
    Fd inside_;     // the same, open
};

}  // namespace sloth::files
