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
#include "domain/hook_metadata.h"
#include "engine/hook_file.h"
#include "ports/clock.h"
#include "ports/hook_runner.h"
#include "ports/hook_store.h"
#include "ports/random.h"

namespace sloth {

struct HookFinding {
    int line = 0;          // 0: none in particular
    std::string severity;  // "error", "warning"
    std::string message;
};

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
        std::optional<int64_t> output;
        std::optional<int> max_effects_in_flight;
        std::optional<int> max_concurrency;
        std::optional<Profile> profile;
        std::optional<bool> enabled;
        bool replace = false;
    };
    struct Change {
        Hook hook;
        std::vector<std::string> warnings;
        bool changed = true;
    };
    // For what neither the script nor the command line says. A script's own profile can only be
    // narrower; the command line's is the user's word.
    struct Defaults {
        HookLimits limits;
        Profile profile = Profile::service;
    };
    using Publish = std::function<void(std::shared_ptr<const HookIndex>)>;

    HookRegistry(HookStore& store, HookRunner& runner, Clock& clock, Random& random, Log& log,
                 Defaults defaults, Publish publish);

    Result<Change> add(const AddRequest& request);
    Result<Change> set_enabled(std::string_view ref, bool enabled);
    Result<Change> remove(std::string_view ref);
    // The version that waits, since it asks for more than was approved, becomes the one that runs.
    Result<Change> approve(std::string_view ref);

    // The hook that add() would make of the file, with nothing stored.
    struct Draft {
        Hook hook;
        std::string source;
    };
    Result<Draft> draft(const std::string& file_path);
    // What is likely wrong with a script, by line; what add() would refuse or warn of is in it.
    Result<std::vector<HookFinding>> lint(const std::string& file_path, const std::string& source);

    // Publishes what the store holds: once at the start.
    Result<void> publish();

    // One look at every hook's file. A changed one that loads becomes a new version; one that does
    // not, is gone, could have been written by others (hook_file.h) or asks for more than was
    // approved is noted in the hook's last_error, and its last good version keeps running.
    void check_files();

 private:
    Result<std::string> ask_worker(const std::string& file_path, const std::string& source,
                                   HookRunner::Purpose purpose);
    Result<HookMetadata> load(const std::string& file_path, const std::string& source);
    Result<Hook> build(const AddRequest& request, const HookMetadata& metadata,
                       const std::string& source) const;
    void check_file(const Hook& hook);
    Result<void> take_edit(const Hook& hook);
    Result<Hook> edited(const Hook& hook, const std::string& source);
    Result<void> reload(const Hook& hook, const std::string& source);
    Result<std::string> current_source(const Hook& hook);
    void note(const Hook& hook, const std::string& problem);

    HookStore& store_;
    HookRunner& runner_;
    Clock& clock_;
    Log& log_;
    const Defaults defaults_;
    Publish publish_;
    Guarded<UuidGenerator> ids_;
    Guarded<int> publishing_;  // one at a time: a newer set must not be overwritten by an older one
    std::map<std::string, FileMark> marks_;  // by hook id; check_files' own
};

}  // namespace sloth
