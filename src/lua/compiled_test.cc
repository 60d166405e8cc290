#include "lua/compiled.h"

#include <gmock/gmock.h>

#include <string>

#include "lua/script_bed.h"

namespace sloth::lua {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(Compiled, is_kept_from_the_first_run_on) {
    ScriptBed bed;
    const auto hook = ScriptBed::source_of("function on_event(e) print(e.type) end");
    EXPECT_THAT(hook->compiled, IsEmpty());
    EXPECT_EQ(bed.run(hook).output, "task.failed");
    const std::string made = hook->compiled;
    EXPECT_THAT(made, Not(IsEmpty()));
    EXPECT_EQ(bed.run(hook).output, "task.failed");
    EXPECT_EQ(hook->compiled, made);
}

TEST(Compiled, is_what_ran_and_not_the_text_again) {
    ScriptBed bed;
    HookSource hook = *ScriptBed::source_of("function on_event() print('first') end");
    bed.run(std::make_shared<const HookSource>(hook));
    const auto kept = std::make_shared<HookSource>(hook);
    bed.run(kept);
    kept->text = "no Lua at all";
    EXPECT_EQ(bed.run(kept).output, "first");
}

TEST(Compiled, fails_with_the_same_places_and_names) {
    ScriptBed bed;
    const auto hook = ScriptBed::source_of(R"(#!/usr/bin/env sloth
local function inner(t)
    return t.missing.field
end
local function outer(event)
    local got = inner(event)
    return got
end
function on_event(event)
    local got = outer(event)
    return got
end)");
    const Outcome first = bed.run(hook);
    const Outcome second = bed.run(hook);
    EXPECT_THAT(first.error, HasSubstr("notify.lua:3: attempt to index a nil value (field "
                                       "'missing')"));
    EXPECT_THAT(first.error, HasSubstr("notify.lua:6: in function 'outer'"));
    EXPECT_EQ(second.error, first.error);
}

TEST(Compiled, keeps_nothing_of_the_run_that_made_it) {
    ScriptBed bed;
    const auto hook = ScriptBed::source_of(R"(
        local count = 0
        total = (total or 0) + 1
        string.shout = string.shout or function(s) count = count + 1; return s .. total .. count end
        function on_event() print(("a"):shout(), total) end)");
    EXPECT_EQ(bed.run(hook).output, "a11\t1");
    EXPECT_EQ(bed.run(hook).output, "a11\t1");
}

TEST(Compiled, is_not_kept_of_a_text_that_is_only_read_or_is_wrong_or_is_huge) {
    ScriptBed bed;
    bed.load("function on_event() end");
    const auto wrong = ScriptBed::source_of("function on_event(");
    const std::string error = bed.run(wrong).error;
    EXPECT_THAT(error, HasSubstr("notify.lua:1:"));
    EXPECT_THAT(wrong->compiled, IsEmpty());
    EXPECT_EQ(bed.run(wrong).error, error);
    std::string text = "function on_event() print('done') end\n";
    for (int i = 0; i < 40'000; ++i) text += "a = b\n";
    const auto huge = ScriptBed::source_of(text);
    EXPECT_EQ(bed.run(huge).output, "done");
    EXPECT_THAT(huge->compiled, IsEmpty());
    EXPECT_EQ(bed.run(huge).output, "done");
}

TEST(Compiled, counts_against_the_memory_of_each_run) {
    ScriptBed bed;
    const auto hook = ScriptBed::source_of(
        "function on_event() local t = {} while true do "
        "t[#t + 1] = ('x'):rep(1000) .. #t end end");
    bed.memory_limit = 4 << 20;
    const Outcome first = bed.run(hook);
    const Outcome second = bed.run(hook);
    EXPECT_THAT(first.error, HasSubstr("out of memory: the hook used more than 4"));
    EXPECT_EQ(second.error, first.error);
    EXPECT_EQ(bed.memory.used(), 0);
}

TEST(Compiled, leaves_scripts_without_a_way_to_bytecode) {
    ScriptBed bed;
    const auto hook = ScriptBed::source_of(
        "function on_event() print(string.dump, ('x').dump, load('\\27Lua', 'x', 'b')) end");
    for (int i = 0; i < 2; ++i) {
        EXPECT_THAT(bed.run(hook).output, HasSubstr("nil\tnil\tnil\t"));
        EXPECT_THAT(bed.run(hook).output, HasSubstr("attempt to load a binary chunk"));
    }
}

}  // namespace
}  // namespace sloth::lua
