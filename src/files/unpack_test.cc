#include "files/unpack.h"

#include <gmock/gmock.h>
#include <stdlib.h>

#include <functional>

#include "files/archive_maker.h"
#include "files/test_folder.h"

namespace sloth::files {
namespace {

using Format = ArchiveMaker::Format;
using Packing = ArchiveMaker::Packing;
using testing::HasSubstr;

class UnpackTest : public FolderTest {
 public:
    using Fill = std::function<void(ArchiveMaker&)>;

    std::string archive(const Fill& fill, Format format = Format::tar,
                        Packing packing = Packing::none) const {
        ArchiveMaker maker(at("archive"), format, packing);
        fill(maker);
        return at("archive");
    }
    Result<Unpacked> unpack_it(const UnpackLimits& limits = {}) const {
        return unpack(everything(), at("archive"), at("dest"), limits, {});
    }
    // Why it was refused; afterwards the folder, which was there before, is as it was.
    std::string refusal(const Fill& fill, const UnpackLimits& limits = {},
                        Format format = Format::tar, Packing packing = Packing::none) const {
        archive(fill, format, packing);
        make("dest");
        const auto done = unpack_it(limits);
        EXPECT_EQ(count("dest"), 0u) << "something was left behind";
        EXPECT_EQ(count(""), 2u) << "something was made outside";
        return done ? "unpacked" : done.error().message;
    }
};

TEST_F(UnpackTest, unpacks_every_format_by_what_it_is) {
    for (const Format format : {Format::tar, Format::zip}) {
        for (const Packing packing :
             {Packing::none, Packing::gzip, Packing::bzip2, Packing::xz, Packing::zstd}) {
            if (format == Format::zip && packing != Packing::none) continue;
            std::filesystem::remove_all(at("dest"));
            const std::string large(300'000, 'x');
            archive(
                [&](ArchiveMaker& a) {
                    a.folder("app").file("app/run.sh", "#!/bin/sh\n", 0755).file("app/data", large);
                    a.file("app/gr\xC3\xBC\xC3\x9F.txt", "umlaut").symlink("app/current", "run.sh");
                },
                format, packing);
            const auto done = unpack_it();
            ASSERT_TRUE(done) << done.error().message;
            EXPECT_EQ(done->files, 4);
            EXPECT_EQ(done->folders, 1);
            EXPECT_EQ(done->bytes, 10 + 300'000 + 6);
            EXPECT_EQ(text("dest/app/data"), large);
            EXPECT_EQ(text("dest/app/gr\xC3\xBC\xC3\x9F.txt"), "umlaut");
            EXPECT_EQ(text("dest/app/current"), "#!/bin/sh\n");
            EXPECT_EQ(mode("dest/app/run.sh") & 0700, 0700u);
            EXPECT_EQ(mode("dest/app/data") & 0700, 0600u);
            EXPECT_EQ(count("dest"), 1u) << "the hidden folder is gone";
        }
    }
}

TEST_F(UnpackTest, adds_to_what_is_there_and_replaces_files) {
    put("dest/app/config", "old");
    put("dest/app/mine", "mine");
    archive([](ArchiveMaker& a) {
        a.file("./app/config", "new").file("app/sub/x", "x").file("top", "t");
    });
    ASSERT_TRUE(unpack_it());
    EXPECT_EQ(
        text("dest/app/config") + text("dest/app/mine") + text("dest/app/sub/x") + text("dest/top"),
        "newminext");
}

TEST_F(UnpackTest, keeps_hard_links_and_the_later_of_two_entries) {
    archive(
        [](ArchiveMaker& a) { a.file("a", "1").hardlink("b", "a").file("c", "2").file("c", "3"); });
    ASSERT_TRUE(unpack_it());
    EXPECT_EQ(text("dest/b") + text("dest/c"), "13");
    EXPECT_EQ(std::filesystem::hard_link_count(at("dest/a")), 2u);
}

TEST_F(UnpackTest, takes_setuid_and_foreign_rights_away) {
    archive(
        [](ArchiveMaker& a) { a.file("a", "x", 06777).folder("d", 07000).file("d/b", "y", 0); });
    ASSERT_TRUE(unpack_it());
    EXPECT_EQ(mode("dest/a") & 07000, 0u);
    EXPECT_EQ(mode("dest/d") & 07700, 0700u) << "what was unpacked can be removed again";
    EXPECT_TRUE(there("dest/d/b"));
}

TEST_F(UnpackTest, refuses_names_that_lead_out) {
    for (const char* name : {"../x", "a/../../x", "/etc/x", "//x", "a/..", ".."}) {
        EXPECT_THAT(refusal([&](ArchiveMaker& a) { a.file("fine", "1").file(name, "2"); }),
                    HasSubstr("its name leads out of the folder"))
            << name;
    }
    EXPECT_THAT(refusal([](ArchiveMaker& a) { a.folder("../d"); }), HasSubstr("leads out"));
    EXPECT_THAT(refusal([](ArchiveMaker& a) { a.file("../x", "2"); }, {}, Format::zip),
                HasSubstr("leads out"));
    EXPECT_THAT(refusal([](ArchiveMaker& a) { a.file("/x", "2"); }, {}, Format::zip),
                HasSubstr("leads out"));
}

TEST_F(UnpackTest, refuses_links_that_lead_out) {
    for (const char* target : {"/etc/passwd", "..", "../x", "b/../../x", "b/..", "./../x"}) {
        EXPECT_THAT(refusal([&](ArchiveMaker& a) { a.symlink("link", target); }),
                    HasSubstr("leads out of the folder"))
            << target;
    }
    EXPECT_THAT(refusal([](ArchiveMaker& a) { a.symlink("a/b/link", "../../../x"); }),
                HasSubstr("leads out"));
    EXPECT_THAT(refusal([](ArchiveMaker& a) { a.symlink("link", "/x"); }, {}, Format::zip),
                HasSubstr("leads out"));
    EXPECT_THAT(refusal([](ArchiveMaker& a) { a.hardlink("link", "/etc/passwd"); }),
                HasSubstr("leads out"));
    EXPECT_THAT(refusal([](ArchiveMaker& a) { a.hardlink("link", "../archive"); }),
                HasSubstr("leads out"));
    EXPECT_THAT(refusal([](ArchiveMaker& a) { a.hardlink("link", "none"); }),
                HasSubstr("no file before it"));
}

// Each of these is fine by itself; together they would end outside.
TEST_F(UnpackTest, refuses_what_leads_out_by_way_of_other_links) {
    EXPECT_THAT(refusal([](ArchiveMaker& a) { a.symlink("d", ".").file("d/x", "1"); }),
                HasSubstr("is no folder"));
    EXPECT_THAT(refusal([](ArchiveMaker& a) { a.folder("b").symlink("a", "b").file("a/x", "1"); }),
                HasSubstr("is no folder"));
    EXPECT_THAT(
        refusal([](ArchiveMaker& a) {
            a.folder("c").symlink("a/b/up", "../../c").symlink("out", "a/b/up/../../archive");
        }),
        HasSubstr("leads out of the folder"));
    EXPECT_THAT(refusal([](ArchiveMaker& a) {
                    a.symlink("a/b/link", "../../x").hardlink("top", "a/b/link");
                }),
                HasSubstr("no file before it"));
    EXPECT_THAT(refusal([](ArchiveMaker& a) { a.folder("a").symlink("a", "b"); }),
                HasSubstr("is a directory"));
    EXPECT_THAT(refusal([](ArchiveMaker& a) { a.symlink("a", "b").folder("a"); }),
                HasSubstr("not a directory"));
}

TEST_F(UnpackTest, keeps_links_that_stay_inside) {
    archive([](ArchiveMaker& a) {
        a.file("a/b/file", "1")
            .symlink("a/b/up", "../../top")
            .symlink("a/same", "b/file")
            .file("top", "2");
        a.symlink("a/b/root", "../..");
    });
    ASSERT_TRUE(unpack_it());
    EXPECT_EQ(text("dest/a/b/up") + text("dest/a/same") + text("dest/a/b/root/top"), "212");
}

TEST_F(UnpackTest, does_not_write_through_links_that_were_there_before) {
    put("other/x", "old");
    make("dest");
    link("../other", "dest/d");
    link("../other/x", "dest/f");
    archive([](ArchiveMaker& a) { a.file("d/x", "new"); });
    EXPECT_FALSE(unpack_it());
    archive([](ArchiveMaker& a) { a.file("f", "new"); });
    EXPECT_TRUE(unpack_it()) << "the link itself is replaced";
    EXPECT_EQ(text("other/x"), "old");
    EXPECT_EQ(text("dest/f"), "new");
}

TEST_F(UnpackTest, refuses_devices_and_their_like) {
    for (const unsigned type : {AE_IFCHR, AE_IFBLK, AE_IFIFO}) {
        EXPECT_THAT(refusal([&](ArchiveMaker& a) { a.file("a", "1").special("thing", type); }),
                    HasSubstr("'thing' in it is a device, a FIFO or a socket"));
    }
}

TEST_F(UnpackTest, bounds_what_comes_out) {
    const std::string large(1 << 20, '\0');
    const UnpackLimits small{.bytes = (1 << 20) - 1};
    EXPECT_THAT(refusal([&](ArchiveMaker& a) { a.file("a", large); }, small),
                HasSubstr("more than 1048575 bytes"));
    const UnpackLimits few{.entries = 2};
    EXPECT_THAT(refusal([](ArchiveMaker& a) { a.folder("a").folder("b").folder("c"); }, few),
                HasSubstr("more than 2 entries"));
    const UnpackLimits tight{.ratio = 100, .free_bytes = 1 << 20};
    const auto bomb = [&](ArchiveMaker& a) {
        for (int i = 0; i < 20; ++i) a.file(std::to_string(i), large);
    };
    EXPECT_THAT(refusal(bomb, tight, Format::tar, Packing::gzip),
                HasSubstr("more than 100 times as large as it is"));
    EXPECT_THAT(refusal(bomb, tight, Format::zip),
                HasSubstr("more than 100 times as large as it is"));
    std::string deep;
    for (int i = 0; i < 70; ++i) deep += "d/";
    EXPECT_THAT(refusal([&](ArchiveMaker& a) { a.folder(deep); }),
                HasSubstr("nested deeper than 64 folders"));
}

TEST_F(UnpackTest, refuses_before_anything_moves_what_does_not_fit) {
    put("dest/a/x", "old");
    put("dest/b", "old");
    archive([](ArchiveMaker& a) { a.file("new", "1").file("a/x", "2").folder("b"); });
    const auto done = unpack_it();
    ASSERT_FALSE(done);
    EXPECT_EQ(
        done.error().message,
        "unpack '" + at("dest/b") +
            "': a folder would have to take the place of a file or a link, or the other way round");
    EXPECT_EQ(text("dest/a/x") + text("dest/b"), "oldold");
    EXPECT_EQ(count("dest"), 2u);
}

TEST_F(UnpackTest, refuses_what_is_no_archive_or_only_a_piece_of_one) {
    put("archive", "just text");
    EXPECT_THAT(unpack_it().error().message, HasSubstr("unpack '" + at("archive") + "': "));
    EXPECT_FALSE(there("dest")) << "it was made for this";
    put("archive", "");
    EXPECT_FALSE(unpack_it());
    archive([](ArchiveMaker& a) { a.file("a", std::string(500'000, 'x')); }, Format::tar,
            Packing::gzip);
    std::filesystem::resize_file(at("archive"), std::filesystem::file_size(at("archive")) / 2);
    EXPECT_FALSE(unpack_it());
    EXPECT_FALSE(there("dest"));
}

TEST_F(UnpackTest, keeps_to_the_roots_and_stops_when_it_is_told_to) {
    archive([](ArchiveMaker& a) { a.file("a", "1"); });
    make("in");
    link("../out", "in/out");
    const Roots roots = Roots::below({at("in"), at("archive")});
    EXPECT_EQ(unpack(roots, at("archive"), at("dest"), {}, {}).error().code, Code::refused);
    EXPECT_EQ(unpack(roots, at("archive"), at("in/out"), {}, {}).error().code, Code::refused);
    EXPECT_EQ(unpack(inside("in"), at("archive"), at("in"), {}, {}).error().code, Code::refused);
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(unpack(roots, at("archive"), at("in/d"), {}, stop.get_token()).error().code,
              Code::timed_out);
    EXPECT_FALSE(there("in/d"));
    EXPECT_TRUE(unpack(roots, at("archive"), at("in/d"), {}, {}));
    EXPECT_EQ(text("in/d/a"), "1");
}

}  // namespace
}  // namespace sloth::files
