package io.keepalive.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Where the agent writes: standard error or a file. Never standard output, which is the program's. */
final class Output {
    private static final String PREFIX = "keepalive-agent: ";

    private final @Nullable Path file;
    private final boolean quiet;

    Output(@Nullable Path file, boolean quiet) {
        this.file = file;
        this.quiet = quiet;
    }

    /** What it is good to know. */
    void say(String text) {
        if (!quiet) {
            warn(text);
        }
    }

    /** What is not as it should be. */
    synchronized void warn(String text) {
        if (file != null) {
            try {
                Files.writeString(
                        file,
                        Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + text + System.lineSeparator(),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
                return;
            } catch (IOException e) {
                System.err.println(PREFIX + "log=" + file + " can't be written: " + e);
            }
        }
        System.err.println(PREFIX + text);
    }
}
