// What every SecretStore must do.
#pragma once

#include "tests/contract/contract.h"

namespace sloth {

using SecretStoreContract = StoreContract;

TEST_P(SecretStoreContract, gives_back_the_bytes_that_were_set_after_a_crash_too) {
    const std::string bytes("\0\xff secret\n", 10);
    EXPECT_EQ(store->secrets().set("prod", "token", bytes, clock.wall()), false);
    EXPECT_EQ(store->secrets().set("", "token", "global", clock.wall()), false);
    store->crash();
    EXPECT_EQ(store->secrets().get("prod", "token"), bytes);
    EXPECT_EQ(store->secrets().get("", "token"), "global");
    EXPECT_EQ(store->secrets().get("test", "token").error().code, Code::not_found);
    EXPECT_EQ(store->secrets().set("prod", "token", "new", clock.wall()), true);
    EXPECT_EQ(store->secrets().get("prod", "token"), "new");
}

TEST_P(SecretStoreContract, lists_names_and_times_but_no_values) {
    const WallTime made = clock.wall();
    ASSERT_TRUE(store->secrets().set("prod", "b", "1", made));
    ASSERT_TRUE(store->secrets().set("prod", "a", "1", made));
    ASSERT_TRUE(store->secrets().set("", "c", "1", made));
    ASSERT_TRUE(store->secrets().set("prod", "a", "2", made + 5s));
    EXPECT_EQ(*store->secrets().list({}), (std::vector<SecretInfo>{{"", "c", made, made},
                                                                   {"prod", "a", made, made + 5s},
                                                                   {"prod", "b", made, made}}));
    EXPECT_EQ(store->secrets().list("prod")->size(), 2u);
    EXPECT_EQ(store->secrets().list("none")->size(), 0u);
}

TEST_P(SecretStoreContract, forgets_what_is_removed) {
    ASSERT_TRUE(store->secrets().set("prod", "a", "1", clock.wall()));
    EXPECT_TRUE(store->secrets().remove("prod", "a"));
    EXPECT_EQ(store->secrets().get("prod", "a").error().code, Code::not_found);
    EXPECT_EQ(store->secrets().remove("prod", "a").error().code, Code::not_found);
}

TEST_P(SecretStoreContract, refuses_names_and_sizes_that_it_does_not_take) {
    for (const char* name : {"", "a b", "a\n", "\xc3\xa4"})
        EXPECT_EQ(store->secrets().set("", name, "v", clock.wall()).error().code, Code::invalid);
    const std::string huge(kMaxSecretBytes + 1, 'x');
    EXPECT_EQ(store->secrets().set("", "a", huge, clock.wall()).error().code, Code::invalid);
    EXPECT_TRUE(store->secrets().set("", "a/b_c-d.9", huge.substr(1), clock.wall()));
}

TEST_P(SecretStoreContract, keeps_every_value_when_its_key_is_changed) {
    EXPECT_EQ(store->secrets().rotate_key(), 0u);
    ASSERT_TRUE(store->secrets().set("prod", "a", "1", clock.wall()));
    ASSERT_TRUE(store->secrets().set("", "b", "2", clock.wall()));
    EXPECT_EQ(store->secrets().rotate_key(), 2u);
    EXPECT_EQ(store->secrets().get("prod", "a"), "1");
    store->crash();
    EXPECT_EQ(store->secrets().get("", "b"), "2");
    EXPECT_EQ(store->secrets().rotate_key(), 2u);
    EXPECT_EQ(store->secrets().get("prod", "a"), "1");
}

}  // namespace sloth
