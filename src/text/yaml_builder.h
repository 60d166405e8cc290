// Builds values out of the parser's events; no event is trusted to keep within a limit. After the
// first fault the rest is ignored. One builder for a text.
#pragma once

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "text/yaml.h"

namespace sloth::text {

class YamlBuilder final : public YAML::EventHandler {
 public:
    explicit YamlBuilder(const YamlLimits& limits) : limits_(limits) {}

    const std::optional<Error>& fault() const { return fault_; }
    Value take() { return std::exchange(root_, {}); }
    const YAML::Mark& start() const { return start_; }  // of the document

    void OnDocumentStart(const YAML::Mark& mark) override;
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& text) override;
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value style) override;
    void OnSequenceEnd() override { leave(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value style) override;
    void OnMapEnd() override;

 private:
    // A finished value and what it counts for.
    struct Node {
        Value value;
        size_t cost = 1;
        int height = 0;
    };
    struct Level {
        Node node;
        YAML::anchor_t anchor = 0;
        std::optional<std::string> key;  // of the value that comes next
        bool merging = false;            // that key is `<<`
        std::vector<Value> merges;
    };

    void fail_at(const YAML::Mark& mark, std::string_view why);
    bool charge(const YAML::Mark& mark, size_t cost);
    bool wants_key() const;
    void take_key(const YAML::Mark& mark, std::string key, bool merging);
    void take_scalar(const YAML::Mark& mark, YAML::anchor_t anchor, Value value,
                     std::string_view key, bool merging);
    void enter(const YAML::Mark& mark, const std::string& tag, std::string_view own_tag,
               YAML::anchor_t anchor, Value empty);
    void leave();
    void put(Node node);
    void add_merge(Value value);

    const YamlLimits& limits_;
    Value root_;
    size_t cost_ = 0;
    YAML::Mark start_;
    YAML::Mark last_;  // of the last event that had one
    std::vector<Level> open_;
    std::unordered_map<YAML::anchor_t, Node> anchors_;  // finished ones
    std::optional<Error> fault_;
};

}  // namespace sloth::text
