package io.keepalive.cli.demo;

/** Lines, bars and colours, for the terminals that have them. */
record Look(boolean unicode, boolean colour) {

    String top(String title, int width) {
        String rule = line(1) + " " + title + " ";
        return (unicode ? "┌" : "+") + line(1) + " " + bold(title) + " " + line(width - rule.length())
                + (unicode ? "┐" : "+");
    }

    String bottom(int width) {
        return (unicode ? "└" : "+") + line(width) + (unicode ? "┘" : "+");
    }

    String vertical() {
        return unicode ? "│" : "|";
    }

    String bar(int filled, int width) {
        return (unicode ? "█" : "#").repeat(filled) + (unicode ? "░" : ".").repeat(width - filled);
    }

    String bold(String text) {
        return painted("1", text);
    }

    String dim(String text) {
        return painted("2", text);
    }

    String red(String text) {
        return painted("31", text);
    }

    String green(String text) {
        return painted("32", text);
    }

    String yellow(String text) {
        return painted("33", text);
    }

    private String line(int width) {
        return (unicode ? "─" : "-").repeat(width);
    }

    private String painted(String code, String text) {
        return colour && !text.isEmpty() ? "\033[" + code + "m" + text + "\033[0m" : text;
    }
}
