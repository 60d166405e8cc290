// For tests: writes archives with whatever in them, also what no honest program would write.
#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/shared_library.h"

namespace sloth::files {

class ArchiveMaker {
 public:
    enum class Format : uint8_t { tar, zip };
    enum class Packing : uint8_t { none, gzip, bzip2, xz, zstd };

    ArchiveMaker(const std::string& path, Format format, Packing packing = Packing::none)
        : library_(*SharedLibrary::open("libarchive.so.13", "libarchive13")) {
        find("archive_write_new", write_new_);
        find("archive_write_open_filename", open_);
        find("archive_write_header", header_);
        find("archive_write_data", data_);
        find("archive_write_free", free_);
        find("archive_entry_new", entry_new_);
        find("archive_entry_free", entry_free_);
        find("archive_entry_set_pathname", set_pathname_);
        find("archive_entry_set_filetype", set_filetype_);
        find("archive_entry_set_perm", set_perm_);
        find("archive_entry_set_size", set_size_);
        find("archive_entry_set_mtime", set_mtime_);
        find("archive_entry_set_symlink", set_symlink_);
        find("archive_entry_set_hardlink", set_hardlink_);
        handle_ = write_new_();
        call(format == Format::tar ? "archive_write_set_format_gnutar"
                                   : "archive_write_set_format_zip");
        static constexpr const char* kFilters[] = {
            "archive_write_add_filter_none", "archive_write_add_filter_gzip",
            "archive_write_add_filter_bzip2", "archive_write_add_filter_xz",
            "archive_write_add_filter_zstd"};
        call(kFilters[static_cast<size_t>(packing)]);
        EXPECT_EQ(open_(handle_, path.c_str()), ARCHIVE_OK);
    }
    ~ArchiveMaker() { free_(handle_); }
    ArchiveMaker(const ArchiveMaker&) = delete;
    ArchiveMaker& operator=(const ArchiveMaker&) = delete;

    ArchiveMaker& file(const std::string& name, std::string_view content, unsigned mode = 0644) {
        return add(name, AE_IFREG, mode, "", "", content);
    }
    ArchiveMaker& folder(const std::string& name, unsigned mode = 0755) {
        return add(name, AE_IFDIR, mode, "", "", "");
    }
    ArchiveMaker& symlink(const std::string& name, const std::string& target) {
        return add(name, AE_IFLNK, 0777, target, "", "");
    }
    ArchiveMaker& hardlink(const std::string& name, const std::string& target) {
        return add(name, AE_IFREG, 0644, "", target, "");
    }
    ArchiveMaker& special(const std::string& name, unsigned type) {
        return add(name, type, 0644, "", "", "");
    }

 private:
    template <class Function>
    void find(const char* name, Function*& out) {
        EXPECT_TRUE(library_.find(name, out)) << name;
    }
    void call(const char* name) {
        int (*function)(::archive*) = nullptr;
        find(name, function);
        EXPECT_EQ(function(handle_), ARCHIVE_OK) << name;
    }
    ArchiveMaker& add(const std::string& name, unsigned type, unsigned mode,
                      const std::string& symlink, const std::string& hardlink,
                      std::string_view content) {
        ::archive_entry* entry = entry_new_();
        set_pathname_(entry, name.c_str());
        set_filetype_(entry, type);
        set_perm_(entry, mode);
        set_size_(entry, static_cast<int64_t>(content.size()));
        set_mtime_(entry, 1'600'000'000, 0);
        if (!symlink.empty()) set_symlink_(entry, symlink.c_str());
        if (!hardlink.empty()) set_hardlink_(entry, hardlink.c_str());
        EXPECT_EQ(header_(handle_, entry), ARCHIVE_OK) << name;
        EXPECT_EQ(data_(handle_, content.data(), content.size()),
                  static_cast<la_ssize_t>(content.size()));
        entry_free_(entry);
        return *this;
    }

    SharedLibrary library_;
    ::archive* handle_ = nullptr;
    decltype(&::archive_write_new) write_new_ = nullptr;
    decltype(&::archive_write_open_filename) open_ = nullptr;
    decltype(&::archive_write_header) header_ = nullptr;
    decltype(&::archive_write_data) data_ = nullptr;
    decltype(&::archive_write_free) free_ = nullptr;
    decltype(&::archive_entry_new) entry_new_ = nullptr;
    decltype(&::archive_entry_free) entry_free_ = nullptr;
    decltype(&::archive_entry_set_pathname) set_pathname_ = nullptr;
    decltype(&::archive_entry_set_filetype) set_filetype_ = nullptr;
    decltype(&::archive_entry_set_perm) set_perm_ = nullptr;
    decltype(&::archive_entry_set_size) set_size_ = nullptr;
    decltype(&::archive_entry_set_mtime) set_mtime_ = nullptr;
    decltype(&::archive_entry_set_symlink) set_symlink_ = nullptr;
    decltype(&::archive_entry_set_hardlink) set_hardlink_ = nullptr;
};

}  // namespace sloth::files
