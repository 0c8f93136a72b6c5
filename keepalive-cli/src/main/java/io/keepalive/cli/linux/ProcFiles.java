package io.keepalive.cli.linux;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Reads small files below {@code /proc}. */
final class ProcFiles {
    private ProcFiles() {}

    /**
     * The first line, in one read: {@code Files.readString} reads a file without a size a byte at a time at first, and of
     * a number in {@code /proc/sys} only the first read returns anything (kernel/sysctl.c).
     */
    static String firstLine(Path file) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            return Objects.requireNonNullElse(reader.readLine(), "").strip();
        }
    }
}
