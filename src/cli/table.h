// Tables for people: as wide as their cells, cut to the terminal if there is one, never cut when
// piped. Cells may hold user data: they are made harmless when they are added. Values; one thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sloth::cli {

enum class Tone { plain, good, bad, warn, dim, bold };

// `text` in the tone's colour, or as it is.
std::string toned(std::string_view text, Tone tone, bool colour);

struct Cell {
    std::string text;
    Tone tone = Tone::plain;

    Cell(std::string t, Tone of = Tone::plain) : text(std::move(t)), tone(of) {}
    Cell(const char* t, Tone of = Tone::plain) : text(t), tone(of) {}
    Cell(std::string_view t, Tone of = Tone::plain) : text(t), tone(of) {}
};

struct Column {
    std::string title;
    bool right = false;  // for numbers
    int give = 0;        // who gives way first when it is too wide: the highest; 0 never does
};

struct TableStyle {
    size_t width = 0;  // 0 is without limit
    bool colour = false;
    bool rule = false;  // a line under the titles
};

class Table {
 public:
    explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

    // One cell a column.
    void add(std::vector<Cell> cells);
    bool empty() const { return rows_.empty(); }

    std::string render(const TableStyle& style) const;

    // With lines around every cell.
    std::string render_boxed(const TableStyle& style) const;

 private:
    std::vector<size_t> widths(const TableStyle& style, size_t between, size_t around) const;

    std::vector<Column> columns_;
    std::vector<std::vector<Cell>> rows_;
};

}  // namespace sloth::cli
