// Printing data in the wished format. The same four shapes for every command: a list, one thing, a
// line, and an error.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "cli/session.h"

namespace sloth::cli {

// A list: {"items": [...]} as JSON and YAML, one object a line as jsonl, `items[i][name_key]` for
// `name` and --quiet, else `table` (or `none`, on standard error, when it is empty).
void print_list(Session& session, const nlohmann::ordered_json& items, std::string_view name_key,
                const Table& table, std::string_view none);

// One thing; `text` is what the table format prints.
void print_one(Session& session, const nlohmann::ordered_json& object, std::string_view name_key,
               std::string_view text, Format otherwise = Format::table);

// "Name:  value" lines, the values in one column. Empty values are left out.
class Fields {
 public:
    Fields& add(std::string_view name, std::string value);
    std::string render() const;

 private:
    std::vector<std::pair<std::string, std::string>> rows_;
};

void print_error(Session& session, const Error& error);

}  // namespace sloth::cli
