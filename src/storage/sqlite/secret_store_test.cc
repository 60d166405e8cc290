// What is on disk of secrets. The rules of SecretStore are in tests/contract.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "storage/sqlite/store.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/temp_folder.h"

namespace sloth {
namespace {

struct SecretFilesTest : testing::Test {
    TempFolder folder;
    FakeClock clock;
    std::unique_ptr<SqliteStore> store = *SqliteStore::open(folder.path(), clock);
    const std::filesystem::path key = folder.path() / "keys" / "secrets.key";

    static std::string content(const std::filesystem::path& path) {
        std::ifstream file(path, std::ios::binary);
        std::stringstream text;
        text << file.rdbuf();
        return text.str();
    }
    static unsigned mode(const std::filesystem::path& path) {
        struct stat info{};
        return ::stat(path.c_str(), &info) == 0 ? info.st_mode & 07777 : 0;
    }
    void set(const std::string& value) {
        ASSERT_TRUE(store->secrets().set("prod", "token", value, clock.wall()));
    }
};

TEST_F(SecretFilesTest, a_value_stands_in_no_file_and_the_key_is_nobody_elses) {
    EXPECT_FALSE(std::filesystem::exists(key));
    set("correct horse battery staple");
    EXPECT_EQ(mode(key), 0400u);
    EXPECT_EQ(mode(key.parent_path()), 0700u);
    store.reset();
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
        if (!entry.is_regular_file()) continue;
        EXPECT_THAT(content(entry.path()), testing::Not(testing::HasSubstr("battery")));
    }
}

TEST_F(SecretFilesTest, a_changed_key_is_the_only_one_left) {
    set("1");
    const std::string before = content(key);
    ASSERT_TRUE(store->secrets().rotate_key());
    const std::string after = content(key);
    EXPECT_NE(before, after);
    EXPECT_EQ(std::ranges::count(after, '\n'), 1);
    EXPECT_EQ(mode(key), 0400u);
}

TEST_F(SecretFilesTest, says_what_to_do_when_the_key_is_gone_damaged_or_open_to_others) {
    set("value-in-no-error");
    const std::string before = content(key);
    std::filesystem::remove(key);
    const auto gone = store->secrets().get("prod", "token");
    EXPECT_THAT(gone.error().message, testing::HasSubstr("its key is missing"));
    EXPECT_THAT(gone.error().hint, testing::HasSubstr("secrets.key"));
    const auto refused = store->secrets().set("prod", "other", "v", clock.wall());
    EXPECT_EQ(refused.error().code, Code::refused);
    EXPECT_TRUE(store->healthy());

    std::ofstream(key) << "damaged\n" << before;
    std::filesystem::permissions(key, std::filesystem::perms(0400));
    EXPECT_THAT(store->secrets().get("prod", "token").error().message,
                testing::HasSubstr("is damaged"));
    EXPECT_FALSE(store->secrets().rotate_key());
    EXPECT_TRUE(store->healthy());

    std::filesystem::remove(key);
    std::ofstream(key) << before;
    std::filesystem::permissions(key, std::filesystem::perms(0644));
    const auto open = store->secrets().get("prod", "token");
    EXPECT_EQ(open.error().code, Code::refused);
    EXPECT_THAT(open.error().hint, testing::HasSubstr("chmod 0400"));
    std::filesystem::permissions(key, std::filesystem::perms(0400));
    EXPECT_EQ(store->secrets().get("prod", "token"), "value-in-no-error");
}

}  // namespace
}  // namespace sloth
