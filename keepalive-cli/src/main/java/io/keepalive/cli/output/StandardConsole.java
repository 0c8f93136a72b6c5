package io.keepalive.cli.output;

import java.io.Console;
import java.lang.reflect.Method;

/** What standard input and output are connected to. */
public final class StandardConsole {
    private StandardConsole() {}

    /** Whether both are a terminal. Since JDK 22 there is a console also without one, and a method to ask. */
    @SuppressWarnings("SystemConsoleNull") // JDK 17 to 21 say so by null
    public static boolean isTerminal() {
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
