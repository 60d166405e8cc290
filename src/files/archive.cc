#include "files/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>

#include <clocale>
#include <utility>

#include "base/shared_library.h"

namespace sloth::files {
namespace {

constexpr size_t kBlock = 64 << 10;

// What is used of the library.
struct Functions {
    decltype(&::archive_read_new) read_new = nullptr;
    decltype(&::archive_read_free) read_free = nullptr;
    decltype(&::archive_read_support_format_tar) format_tar = nullptr;
    decltype(&::archive_read_support_format_zip) format_zip = nullptr;
    decltype(&::archive_read_support_filter_gzip) filter_gzip = nullptr;
    decltype(&::archive_read_support_filter_bzip2) filter_bzip2 = nullptr;
    decltype(&::archive_read_support_filter_xz) filter_xz = nullptr;
    decltype(&::archive_read_support_filter_zstd) filter_zstd = nullptr;
    decltype(&::archive_read_open_fd) open_fd = nullptr;
    decltype(&::archive_read_next_header) next_header = nullptr;
    decltype(&::archive_read_data) read_data = nullptr;
    decltype(&::archive_error_string) error_string = nullptr;
    decltype(&::archive_entry_pathname) pathname = nullptr;
    decltype(&::archive_entry_symlink) symlink = nullptr;
    decltype(&::archive_entry_hardlink) hardlink = nullptr;
    decltype(&::archive_entry_filetype) filetype = nullptr;
    decltype(&::archive_entry_perm) perm = nullptr;
    decltype(&::archive_entry_mtime) mtime = nullptr;
};

Result<Functions> load() {
    SLOTH_TRY(const SharedLibrary library, SharedLibrary::open("libarchive.so.13", "libarchive13"));
    Functions f;
    SLOTH_TRY_VOID(library.find("archive_read_new", f.read_new));
    SLOTH_TRY_VOID(library.find("archive_read_free", f.read_free));
    SLOTH_TRY_VOID(library.find("archive_read_support_format_tar", f.format_tar));
    SLOTH_TRY_VOID(library.find("archive_read_support_format_zip", f.format_zip));
    SLOTH_TRY_VOID(library.find("archive_read_support_filter_gzip", f.filter_gzip));
    SLOTH_TRY_VOID(library.find("archive_read_support_filter_bzip2", f.filter_bzip2));
    SLOTH_TRY_VOID(library.find("archive_read_support_filter_xz", f.filter_xz));
    SLOTH_TRY_VOID(library.find("archive_read_support_filter_zstd", f.filter_zstd));
    SLOTH_TRY_VOID(library.find("archive_read_open_fd", f.open_fd));
    SLOTH_TRY_VOID(library.find("archive_read_next_header", f.next_header));
    SLOTH_TRY_VOID(library.find("archive_read_data", f.read_data));
    SLOTH_TRY_VOID(library.find("archive_error_string", f.error_string));
    SLOTH_TRY_VOID(library.find("archive_entry_pathname", f.pathname));
    SLOTH_TRY_VOID(library.find("archive_entry_symlink", f.symlink));
    SLOTH_TRY_VOID(library.find("archive_entry_hardlink", f.hardlink));
    SLOTH_TRY_VOID(library.find("archive_entry_filetype", f.filetype));
    SLOTH_TRY_VOID(library.find("archive_entry_perm", f.perm));
    SLOTH_TRY_VOID(library.find("archive_entry_mtime", f.mtime));
    return f;
}

// Names in archives are UTF-8 or bytes; the library translates them to the thread's locale, and in
// the plain one it would lose them.
class Utf8Names {
 public:
    Utf8Names() : locale_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
        if (locale_ != nullptr) before_ = ::uselocale(locale_);
    }
    Utf8Names(const Utf8Names&) = delete;
    Utf8Names& operator=(const Utf8Names&) = delete;
    ~Utf8Names() {
        if (locale_ == nullptr) return;
        ::uselocale(before_);
        ::freelocale(locale_);
    }

 private:
    locale_t locale_;
    locale_t before_ = nullptr;
};

std::string text_of(const char* text) { return text == nullptr ? "" : text; }

ArchiveEntry::Kind kind_of(mode_t type) {
    switch (type) {
        case AE_IFREG:
            return ArchiveEntry::Kind::file;
        case AE_IFDIR:
            return ArchiveEntry::Kind::folder;
        case AE_IFLNK:
            return ArchiveEntry::Kind::symlink;
        default:
            return ArchiveEntry::Kind::other;
    }
}

}  // namespace

struct Archive::Reader {
    Functions f;
    ::archive* handle = nullptr;
    Utf8Names names;

    explicit Reader(const Functions& functions) : f(functions), handle(f.read_new()) {}
    ~Reader() { f.read_free(handle); }

    std::unexpected<Error> error() const {
        const char* why = f.error_string(handle);
        return fail(Code::failed, "{}", why != nullptr ? why : "it cannot be read");
    }
};

Archive::Archive(std::unique_ptr<Reader> reader) : reader_(std::move(reader)) {}
Archive::Archive(Archive&&) noexcept = default;
Archive::~Archive() = default;

Result<Archive> Archive::open(int fd) {
    SLOTH_TRY(const Functions functions, load());
    auto reader = std::make_unique<Reader>(functions);
    ::archive* handle = reader->handle;
    if (handle == nullptr) return fail(Code::exhausted, "no memory for reading an archive");
    for (const auto support :
         {functions.format_tar, functions.format_zip, functions.filter_gzip, functions.filter_bzip2,
          functions.filter_xz, functions.filter_zstd}) {
        // A warning means that it would be left to a program outside.
        if (support(handle) != ARCHIVE_OK) return reader->error();
    }
    if (functions.open_fd(handle, fd, kBlock) != ARCHIVE_OK) return reader->error();
    return Archive(std::move(reader));
}

Result<std::optional<ArchiveEntry>> Archive::next() {
    const Functions& f = reader_->f;
    ::archive_entry* entry = nullptr;
    const int result = f.next_header(reader_->handle, &entry);
    if (result == ARCHIVE_EOF) return std::nullopt;
    if (result != ARCHIVE_OK && result != ARCHIVE_WARN) return reader_->error();
    ArchiveEntry out;
    out.kind = kind_of(f.filetype(entry));
    out.path = text_of(f.pathname(entry));
    if (const char* target = f.hardlink(entry)) {
        out.kind = ArchiveEntry::Kind::hardlink;
        out.target = target;
    } else if (out.kind == ArchiveEntry::Kind::symlink) {
        out.target = text_of(f.symlink(entry));
    }
    out.mode = f.perm(entry);
    out.mtime = f.mtime(entry);
    return out;
}

Result<size_t> Archive::read(std::span<char> bytes) {
    const la_ssize_t got = reader_->f.read_data(reader_->handle, bytes.data(), bytes.size());
    if (got < 0) return reader_->error();
    return static_cast<size_t>(got);
}

}  // namespace sloth::files
