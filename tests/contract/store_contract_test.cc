// Runs the contract of the stores over each adapter there is.
#include <filesystem>

#include "storage/sqlite/store.h"
#include "tests/contract/agent_store_contract.h"
#include "tests/contract/agent_watcher_contract.h"
#include "tests/contract/effect_contract.h"
#include "tests/contract/event_query_contract.h"
#include "tests/contract/event_store_contract.h"
#include "tests/contract/hook_store_contract.h"
#include "tests/contract/secret_store_contract.h"
#include "tests/fakes/memory_agent_watchers.h"
#include "tests/fakes/memory_store.h"

namespace sloth {
namespace {

class MemoryUnderTest final : public StoreUnderTest {
 public:
    explicit MemoryUnderTest(FakeClock& clock) : store_(clock) {}
    EventStore& events() override { return store_.events(); }
    HookStore& hooks() override { return store_.hooks(); }
    ExecutionStore& executions() override { return store_.executions(); }
    StateStore& state() override { return store_.state(); }
    AgentStore& agents() override { return store_.agents(); }
    AgentWatcherStore& agent_watchers() override { return agent_watchers_; }
    SecretStore& secrets() override { return store_.secrets(); }
    void crash() override { store_.crash(); }

 private:
    MemoryStore store_;
    MemoryAgentWatchers agent_watchers_;
};

// Its own folder. A crash is a copy of the files as they are, opened by a new store, while the old
// one is still there: what is not in the files by then is lost.
class SqliteUnderTest final : public StoreUnderTest {
 public:
    explicit SqliteUnderTest(FakeClock& clock) : clock_(clock), folder_(new_folder()) { open(); }
    ~SqliteUnderTest() override {
        store_.reset();
        std::filesystem::remove_all(folder_);
    }

    EventStore& events() override { return store_->events(); }
    HookStore& hooks() override { return store_->hooks(); }
    ExecutionStore& executions() override { return store_->executions(); }
    StateStore& state() override { return store_->state(); }
    AgentStore& agents() override { return store_->agents(); }
    AgentWatcherStore& agent_watchers() override { return store_->agent_watchers(); }
    SecretStore& secrets() override { return store_->secrets(); }
    void crash() override {
        const auto copy = new_folder();
        for (const auto* name : {"master.db", "master.db-wal"}) {
            std::filesystem::copy_file(folder_ / name, copy / name);
        }
        if (std::filesystem::exists(folder_ / "keys"))
            std::filesystem::copy(folder_ / "keys", copy / "keys");
        store_.reset();
        std::filesystem::remove_all(folder_);
        folder_ = copy;
        open();
    }

 private:
    static std::filesystem::path new_folder() {
        std::string path = testing::TempDir() + "sloth-store-XXXXXX";
        EXPECT_NE(::mkdtemp(path.data()), nullptr);
        return path;
    }
    void open() {
        auto opened = SqliteStore::open(folder_, clock_);
        if (!opened) {
            ADD_FAILURE() << opened.error().message;
            std::abort();
        }
        store_ = std::move(*opened);
    }

    FakeClock& clock_;
    std::filesystem::path folder_;
    std::unique_ptr<SqliteStore> store_;
};

const StoreKind kMemory{"memory",
                        [](FakeClock& clock) { return std::make_unique<MemoryUnderTest>(clock); }};
const StoreKind kSqlite{"sqlite",
                        [](FakeClock& clock) { return std::make_unique<SqliteUnderTest>(clock); }};

std::string name_of(const testing::TestParamInfo<StoreKind>& info) { return info.param.name; }

const auto kAll = testing::Values(kMemory, kSqlite);

INSTANTIATE_TEST_SUITE_P(Stores, AgentStoreContract, kAll, name_of);
INSTANTIATE_TEST_SUITE_P(Stores, AgentWatcherContract, kAll, name_of);
INSTANTIATE_TEST_SUITE_P(Stores, EffectContract, kAll, name_of);
INSTANTIATE_TEST_SUITE_P(Stores, EventQueryContract, kAll, name_of);
INSTANTIATE_TEST_SUITE_P(Stores, EventStoreContract, kAll, name_of);
INSTANTIATE_TEST_SUITE_P(Stores, HookStoreContract, kAll, name_of);
INSTANTIATE_TEST_SUITE_P(Stores, SecretStoreContract, kAll, name_of);

}  // namespace
}  // namespace sloth
