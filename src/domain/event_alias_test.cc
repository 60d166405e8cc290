#include "domain/event_alias.h"

#include <gtest/gtest.h>

#include "domain/event_catalogue.h"

namespace sloth {
namespace {

TEST(EventAlias, stands_for_types_that_the_product_knows) {
    for (const EventAlias& alias : event_aliases()) {
        EXPECT_NE(find_event_type(alias.primary), nullptr) << alias.primary;
        EXPECT_NE(find_event_type(alias.older), nullptr) << alias.older;
        for (const EventAlias& other : event_aliases()) {
            EXPECT_NE(alias.primary, other.older) << "an older name of an older name";
        }
    }
}

}  // namespace
}  // namespace sloth
