#include "text/yaml_builder.h"

#include <algorithm>

#include "base/utf8.h"
#include "text/yaml_scalar.h"

namespace sloth::text {
namespace {

constexpr std::string_view kPlain = "?";   // no tag, no quotes
constexpr std::string_view kQuoted = "!";  // quotes, or the tag `!`
constexpr size_t kBytesPerCost = 64;       // a long string counts for more than one value

// The parser gives the escapes \N and \_ as the bytes 0x85 and 0xA0: the only ones here that are
// not UTF-8.
std::string with_whole_characters(const std::string& text) {
    if (is_utf8(text)) return text;
    std::string out;
    for (std::string_view rest = text; !rest.empty();) {
        const auto byte = static_cast<unsigned char>(rest.front());
        const CodePoint c = take_code_point(rest);
        append_utf8(out, c.valid ? c.value : char32_t{byte});
    }
    return out;
}

size_t cost_of(std::string_view text) { return 1 + text.size() / kBytesPerCost; }

}  // namespace

void YamlBuilder::fail_at(const YAML::Mark& mark, std::string_view why) {
    if (fault_) return;
    fault_ = Error{Code::invalid,
                   fmt::format("line {}, column {}: {}", mark.line + 1, mark.column + 1, why),
                   {}};
}

bool YamlBuilder::charge(const YAML::Mark& mark, size_t cost) {
    if (fault_) return false;
    last_ = mark;
    cost_ += cost;
    if (cost_ <= limits_.max_nodes) return true;
    fail_at(mark, fmt::format("the text holds more than {} values, aliases written out",
                              limits_.max_nodes));
    return false;
}

bool YamlBuilder::wants_key() const {
    return !open_.empty() && !open_.back().key && open_.back().node.value.object() != nullptr;
}

void YamlBuilder::OnDocumentStart(const YAML::Mark& mark) {
    start_ = mark;
    root_ = {};
    open_.clear();
    anchors_.clear();
}

void YamlBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (charge(mark, 1)) take_scalar(mark, anchor, {}, "null", false);
}

void YamlBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& text) {
    if (!charge(mark, cost_of(text))) return;
    if (tag == kQuoted) {
        const std::string whole = with_whole_characters(text);
        return take_scalar(mark, anchor, whole, whole, false);
    }
    Result<Value> value = tag == kPlain ? resolve_yaml_scalar(text)
                                        : resolve_yaml_scalar(with_whole_characters(text), tag);
    if (!value) return fail_at(mark, value.error().message);
    const std::string* string = value->string();
    const std::string key = string != nullptr ? *string : text;
    take_scalar(mark, anchor, std::move(*value), key, tag == kPlain && text == "<<");
}

void YamlBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (fault_) return;
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) return fail_at(mark, "the alias stands inside of what it names");
    const Node& node = found->second;
    if (!charge(mark, node.cost)) return;
    if (wants_key()) {
        const std::string* key = node.value.string();
        if (key == nullptr) return fail_at(mark, "a key must be a string, a number or a word");
        return take_key(mark, *key, false);
    }
    if (static_cast<int>(open_.size()) + node.height > limits_.max_depth)
        return fail_at(mark, fmt::format("nested deeper than {} levels", limits_.max_depth));
    put(node);
}

void YamlBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                                  YAML::anchor_t anchor, YAML::EmitterStyle::value /*style*/) {
    enter(mark, tag, "tag:yaml.org,2002:seq", anchor, Value::Array());
}

void YamlBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value /*style*/) {
    enter(mark, tag, "tag:yaml.org,2002:map", anchor, Value::Object());
}

void YamlBuilder::OnMapEnd() {
    if (fault_) return;
    Level& level = open_.back();
    Value::Object& fields = *level.node.value.object();
    for (Value& merged : level.merges) fields.merge(*merged.object());  // keeps what is there
    leave();
}

void YamlBuilder::take_key(const YAML::Mark& mark, std::string key, bool merging) {
    Level& level = open_.back();
    const bool twice = merging ? !level.merges.empty() : level.node.value.find(key) != nullptr;
    if (twice) return fail_at(mark, fmt::format("the key \"{:.60}\" is there twice", key));
    level.node.cost += cost_of(key);
    level.key = std::move(key);
    level.merging = merging;
}

void YamlBuilder::take_scalar(const YAML::Mark& mark, YAML::anchor_t anchor, Value value,
                              std::string_view key, bool merging) {
    if (anchor != YAML::NullAnchor) anchors_[anchor] = {value, cost_of(key), 0};
    if (wants_key()) return take_key(mark, std::string(key), merging);
    put({std::move(value), cost_of(key), 0});
}

void YamlBuilder::enter(const YAML::Mark& mark, const std::string& tag, std::string_view own_tag,
                        YAML::anchor_t anchor, Value empty) {
    if (!charge(mark, 1)) return;
    if (tag != kPlain && tag != kQuoted && tag != own_tag)
        return fail_at(mark, fmt::format("the tag {:.60} does not fit here", tag));
    if (wants_key()) return fail_at(mark, "a key must be a string, a number or a word");
    if (static_cast<int>(open_.size()) >= limits_.max_depth)
        return fail_at(mark, fmt::format("nested deeper than {} levels", limits_.max_depth));
    open_.push_back({.node = {std::move(empty), 1, 1}, .anchor = anchor});
}

void YamlBuilder::leave() {
    if (fault_) return;
    Level level = std::move(open_.back());
    open_.pop_back();
    if (level.anchor != YAML::NullAnchor) {
        if (!charge(last_, level.node.cost)) return;
        anchors_[level.anchor] = level.node;
    }
    put(std::move(level.node));
}

void YamlBuilder::put(Node node) {
    if (open_.empty()) {
        root_ = std::move(node.value);
        return;
    }
    Level& level = open_.back();
    level.node.cost += node.cost;
    level.node.height = std::max(level.node.height, node.height + 1);
    if (Value::Array* array = level.node.value.array())
        return array->push_back(std::move(node.value));
    if (level.merging) {
        level.key.reset();
        return add_merge(std::move(node.value));
    }
    level.node.value.object()->emplace(std::move(*level.key), std::move(node.value));
    level.key.reset();
}

void YamlBuilder::add_merge(Value value) {
    Level& level = open_.back();
    level.merging = false;
    Value::Array sources;
    if (Value::Array* array = value.array()) {
        sources = std::move(*array);
    } else {
        sources.push_back(std::move(value));
    }
    for (Value& source : sources) {
        if (source.object() == nullptr)
            return fail_at(last_, "the key << takes a mapping, or a list of mappings");
        level.merges.push_back(std::move(source));
    }
    if (level.merges.empty()) level.merges.emplace_back(Value::Object());
}

}  // namespace sloth::text
