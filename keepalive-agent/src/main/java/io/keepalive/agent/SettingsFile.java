package io.keepalive.agent;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads a file of clauses. Bounded in size and time, since a program's start waits for it. */
final class SettingsFile {
    /** Files inside one another. */
    static final int DEEPEST = 8;

    private static final int MOST_BYTES = 1 << 20;
    private static final String MARK = "\uFEFF";

    private SettingsFile() {}

    /**
     * Reads the clauses of a file, without comments.
     *
     * @throws IllegalArgumentException if it is no regular file, too large, or not text in UTF-8
     */
    static String[] clauses(Path file) {
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                // Opening a FIFO would wait for a writer.
                throw new IllegalArgumentException("file=" + file + " is no regular file");
            }
            byte[] bytes;
            try (InputStream input = Files.newInputStream(file)) {
                bytes = input.readNBytes(MOST_BYTES + 1);
            }
            if (bytes.length > MOST_BYTES) {
                throw new IllegalArgumentException("file=" + file + " is too large (expected: at most 1 MiB)");
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return withoutMark(text)
                    .lines()
                    .map(line -> line.replaceFirst("#.*", ""))
                    .flatMap(line -> Arrays.stream(line.split(";", -1)))
                    .toArray(String[]::new);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("file=" + file + " is not text in UTF-8", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("file=" + file + " can't be read: " + e, e);
        }
    }

    /** Editors on Windows put a byte order mark before a text. */
    static String withoutMark(String text) {
        return text.startsWith(MARK) ? text.substring(1) : text;
    }
}
