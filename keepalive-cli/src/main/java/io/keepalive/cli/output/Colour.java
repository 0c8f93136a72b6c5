package io.keepalive.cli.output;

import java.io.Console;
import java.lang.reflect.Method;
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
        return isWanted(System.getenv(), System.getProperty(TERMINAL, isConsole() ? "" : "no"));
    }

    static boolean isWanted(Map<String, String> environment, String terminal) {
        return !terminal.equals("no")
                && !"dumb".equals(environment.get("TERM"))
                && environment.getOrDefault("NO_COLOR", "").isEmpty();
    }

    /** Since JDK 22 there is a console also without a terminal, and a method to ask. */
    @SuppressWarnings("SystemConsoleNull") // JDK 17 to 21 say so by null
    private static boolean isConsole() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            Method isTerminal = Console.class.getMethod("isTerminal");
            return Boolean.TRUE.equals(isTerminal.invoke(console));
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
