// Reads what is in an archive: tar (also compressed by gzip, bzip2, xz or zstd) and zip, by what
// the file is and not by what it is called. The library is loaded when this is first used. Nothing
// that an archive says is believed here or made safe: that is unpack.h's. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"

namespace sloth::files {

struct ArchiveEntry {
    enum class Kind : uint8_t { file, folder, symlink, hardlink, other };

    Kind kind = Kind::other;
    std::string path;
    std::string target;  // of a link
    unsigned mode = 0;
    int64_t mtime = 0;
};

class Archive {
 public:
    // Reads from `fd`, which must be seekable and outlive this.
    static Result<Archive> open(int fd);
    Archive(Archive&&) noexcept;
    ~Archive();

    Result<std::optional<ArchiveEntry>> next();  // nothing: the end
    Result<size_t> read(std::span<char> bytes);  // of the entry's content; 0: its end

 private:
    struct Reader;
    explicit Archive(std::unique_ptr<Reader> reader);

    std::unique_ptr<Reader> reader_;
};

}  // namespace sloth::files
