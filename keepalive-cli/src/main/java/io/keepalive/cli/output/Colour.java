package io.keepalive.cli.output;

import java.util.Map;

/** Colours of a terminal; where there is none, text stays as it is. */
public enum Colour {
    RED("31"),
    GREEN("32"),
    YELLOW("33"),
    BOLD("1"),
    DIM("2");

    /** Set by the script ./keepalive: {@code ROWS COLUMNS} of standard output if that is a terminal, else {@code no}. */
    private static final String TERMINAL = "keepalive.terminal";

    private final String code;

    Colour(String code) {
        this.code = code;
    }

    /** The text in this colour. */
    public String of(String text) {
        return "\u001b[" + code + "m" + text + "\u001b[0m";
    }

    /** Whether standard output is a terminal and its user wants colours (no-color.org). */
    public static boolean isWanted() {
        return isWanted(System.getenv(), System.getProperty(TERMINAL, StandardConsole.isTerminal() ? "" : "no"));
    }

    static boolean isWanted(Map<String, String> environment, String terminal) {
        return !terminal.equals("no")
                && !"dumb".equals(environment.get("TERM"))
                && environment.getOrDefault("NO_COLOR", "").isEmpty();
    }
}
