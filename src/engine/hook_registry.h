// Hooks as people manage them: add, replace, enable, remove, and what happens when a file is
// edited. A script is only ever loaded in a worker (HookRunner::load); what runs is the last
// version that loaded.
//
// Any thread; every call blocks until the change is durable and published. check_files() belongs to
// one thread ("hook files").
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "base/log.h"
#include "base/uuid.h"
#include "domain/hook.h"
#include "domain/hook_index.h"
#include "ports/clock.h"
#include "ports/hook_runner.h"
#include "ports/hook_store.h"
#include "ports/random.h"

namespace sloth {

class HookRegistry {
 public:
    // What the command line says; it goes over what the script says.
    struct AddRequest {
        std::string file_path;  // absolute
        std::optional<std::string> name;
        std::vector<std::string> event_types;
        std::optional<std::string> stack;
        std::optional<std::string> description;
        std::optional<Micros> timeout;
        std::optional<int64_t> memory;
        std::optional<bool> enabled;
        bool replace = false;
    };
    struct Change {
        Hook hook;
        std::vector<std::string> warnings;
        bool changed = true;
    };
    using Publish = std::function<void(std::shared_ptr<const HookIndex>)>;

    HookRegistry(HookStore& store, HookRunner& runner, Clock& clock, Random& random, Log& log,
                 HookLimits default_limits, Publish publish);

    Result<Change> add(const AddRequest& request);
    Result<Change> set_enabled(std::string_view ref, bool enabled);
    Result<Change> remove(std::string_view ref);

    // Publishes what the store holds: once at the start.
    Result<void> publish();

    // One look at every hook's file. A changed one that loads becomes a new version; one that does
    // not, or is gone, is noted in the hook's last_error, and its last good version keeps running.
    void check_files();

 private:
    struct FileMark {  // as it was when we last looked into it
        int64_t mtime_ns = -1;
        int64_t ctime_ns = -1;
        int64_t size = -1;
        uint64_t inode = 0;
        bool operator==(const FileMark&) const = default;
    };

    Result<HookMetadata> load(const std::string& file_path, const std::string& source);
    Result<Hook> build(const AddRequest& request, const HookMetadata& metadata,
                       const std::string& source) const;
    void check_file(const Hook& hook);
    Result<void> reload(const Hook& hook, const std::string& source);
    Result<std::string> current_source(const Hook& hook);
    void note(const Hook& hook, const std::string& problem);
    static FileMark look_at(const std::string& path);

    HookStore& store_;
    HookRunner& runner_;
    Clock& clock_;
    Log& log_;
    const HookLimits default_limits_;
    Publish publish_;
    Guarded<UuidGenerator> ids_;
    Guarded<int> publishing_;  // one at a time: a newer set must not be overwritten by an older one
    std::map<std::string, FileMark> marks_;  // by hook id; check_files' own
};

}  // namespace sloth
