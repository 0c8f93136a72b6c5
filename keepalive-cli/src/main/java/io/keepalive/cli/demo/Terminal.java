package io.keepalive.cli.demo;

import io.keepalive.cli.output.StandardConsole;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Map;

/**
 * What standard output can show.
 *
 * @param out prints in the terminal's own encoding
 * @param live whether the cursor can be moved
 * @param colour whether colours are wanted
 * @param unicode whether there is more than ASCII
 */
public record Terminal(PrintStream out, boolean live, boolean colour, boolean unicode) {

    /**
     * {@code ROWS COLUMNS} of standard output if that is a terminal, else {@code no}: the script ./keepalive can tell,
     * Java alone can tell only if standard input is one too.
     */
    private static final String SIZE = "keepalive.terminal";

    /** What the screen takes: see Screen. */
    private static final int ROWS = 20;

    private static final int COLUMNS = 80;

    /**
     * Looks at this process's standard output.
     *
     * @param plain whether plain text was asked for
     * @return what to print on
     */
    public static Terminal ofThisProcess(boolean plain) {
        // The property stdout.encoding is of JDK 19, native.encoding of 17.
        Charset charset = Charset.forName(System.getProperty(
                "stdout.encoding",
                System.getProperty("native.encoding", Charset.defaultCharset().name())));
        return of(
                System.getenv(),
                System.getProperty(SIZE, StandardConsole.isTerminal() ? "" : "no"),
                plain,
                charset,
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, charset));
    }

    static Terminal of(Map<String, String> environment, String size, boolean plain, Charset charset, PrintStream out) {
        boolean live = !plain && !"dumb".equals(environment.get("TERM")) && isLargeEnough(size);
        // https://no-color.org: set and not empty
        boolean colour = live && environment.getOrDefault("NO_COLOR", "").isEmpty();
        return new Terminal(out, live, colour, charset.newEncoder().canEncode('│'));
    }

    /** Unknown sizes, empty or 0, are taken for large: nearly all are. */
    private static boolean isLargeEnough(String size) {
        if (size.isBlank()) {
            return true;
        }
        String[] words = size.split(" ", 2);
        try {
            int rows = Integer.parseInt(words[0]);
            int columns = Integer.parseInt(words[1]);
            return (rows == 0 || rows >= ROWS) && (columns == 0 || columns >= COLUMNS);
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return false;
        }
    }
}
