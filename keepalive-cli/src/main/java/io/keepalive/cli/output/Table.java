package io.keepalive.cli.output;

import java.util.ArrayList;
import java.util.List;

/** Columns that are as wide as their widest cell; the last one is not padded. */
public final class Table {
    private static final String GAP = "  ";

    private final List<List<Cell>> rows = new ArrayList<>();

    /**
     * A cell.
     *
     * @param alignRight for numbers
     * @param colour none if empty
     */
    public record Cell(String text, boolean alignRight, List<Colour> colour) {
        public static Cell of(String text) {
            return new Cell(text, false, List.of());
        }

        public static Cell number(String text) {
            return new Cell(text, true, List.of());
        }

        public static Cell of(String text, Colour colour) {
            return new Cell(text, false, List.of(colour));
        }
    }

    public void add(List<Cell> row) {
        rows.add(List.copyOf(row));
    }

    /** The lines, without line ends. */
    public List<String> lines(boolean inColour) {
        List<Integer> widths = new ArrayList<>();
        for (List<Cell> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                int width = row.get(i).text().length();
                if (i == widths.size()) {
                    widths.add(width);
                } else {
                    widths.set(i, Math.max(widths.get(i), width));
                }
            }
        }
        List<String> lines = new ArrayList<>(rows.size());
        for (List<Cell> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                boolean isLast = i == row.size() - 1;
                line.append(padded(row.get(i), widths.get(i), isLast, inColour)).append(isLast ? "" : GAP);
            }
            lines.add(line.toString());
        }
        return lines;
    }

    private static String padded(Cell cell, int width, boolean isLast, boolean inColour) {
        String text = cell.text();
        if (inColour) {
            for (Colour colour : cell.colour()) {
                text = colour.of(text);
            }
        }
        String padding = " ".repeat(width - cell.text().length());
        if (cell.alignRight()) {
            return padding + text;
        }
        return isLast ? text : text + padding;
    }
}
