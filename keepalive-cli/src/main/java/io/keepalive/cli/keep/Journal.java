package io.keepalive.cli.keep;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.keepalive.cli.keep.KeepResult.Outcome;
import io.keepalive.cli.linux.SocketOptions;
import io.keepalive.cli.output.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * What sockets held before {@code keep} changed them, for {@code --undo}: a line of JSON each, in a file that does not
 * outlive the machine's run, since no socket does.
 */
final class Journal {
    private final Path file;

    /**
     * A socket that was changed.
     *
     * @param namespace inode of its network namespace
     * @param id see {@link Target#id()}
     * @param after as read back
     */
    record Entry(long namespace, long id, SocketOptions before, SocketOptions after) {
        /** Identifies the socket. */
        record Key(long namespace, long id) {}

        Key key() {
            return new Key(namespace, id);
        }
    }

    Journal(Path file) {
        this.file = file;
    }

    /** {@code /run/keepalive} for root, otherwise the user's runtime folder, otherwise one below the folder for such files. */
    static Path defaultFile(long uid, Map<String, String> environment) {
        String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        Path folder;
        if (uid == 0 && Files.isWritable(Path.of("/run"))) {
            folder = Path.of("/run/keepalive");
        } else if (!runtime.isEmpty() && Files.isDirectory(Path.of(runtime))) {
            folder = Path.of(runtime, "keepalive");
        } else {
            folder = Path.of(System.getProperty("java.io.tmpdir"), "keepalive-" + uid);
        }
        return folder.resolve("kept.jsonl");
    }

    Path file() {
        return file;
    }

    /** Adds the sockets that were changed. */
    void add(List<KeepResult> results) throws IOException {
        StringBuilder text = new StringBuilder();
        for (KeepResult result : results) {
            boolean isChanged = result.outcome() == Outcome.KEPT || result.outcome() == Outcome.REJECTED;
            if (isChanged && result.before() != null && result.after() != null) {
                text.append(line(new Entry(
                                result.target().namespace().inode(),
                                result.target().id(),
                                result.before(),
                                result.after())))
                        .append('\n');
            }
        }
        if (text.length() > 0) {
            try (FileChannel channel = open();
                    FileLock lock = channel.lock()) {
                write(channel, text, lock.channel().size());
            }
        }
    }

    /** By socket; of one that was kept several times what it held first and what it holds now. */
    Map<Entry.Key, Entry> load() throws IOException {
        if (!Files.exists(file)) {
            return Map.of();
        }
        try (FileChannel channel = open();
                FileLock lock = channel.lock()) {
            return load(lock.channel());
        }
    }

    /** Removes the entries of sockets that no longer matter. */
    void retain(Predicate<Entry> isKept) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        try (FileChannel channel = open();
                FileLock lock = channel.lock()) {
            StringBuilder text = new StringBuilder();
            for (Entry entry : load(lock.channel()).values()) {
                if (isKept.test(entry)) {
                    text.append(line(entry)).append('\n');
                }
            }
            FileChannel unused = channel.truncate(0);
            write(channel, text, 0);
        }
    }

    private static Map<Entry.Key, Entry> load(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(channel.size()));
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
            // until everything is read
        }
        Map<Entry.Key, Entry> entries = new LinkedHashMap<>();
        for (String line : new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8)
                .lines()
                .toList()) {
            Entry entry = parse(line);
            entries.merge(
                    entry.key(),
                    entry,
                    (first, next) -> new Entry(first.namespace(), first.id(), first.before(), next.after()));
        }
        return entries;
    }

    private FileChannel open() throws IOException {
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "folder");
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static void write(FileChannel channel, CharSequence text, long position) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
        long offset = position;
        while (bytes.hasRemaining()) {
            offset += channel.write(bytes, offset);
        }
    }

    private static String line(Entry entry) {
        JsonObject json = new JsonObject();
        json.addProperty("namespace", entry.namespace());
        json.addProperty("id", entry.id());
        json.add("before", options(entry.before()));
        json.add("after", options(entry.after()));
        return Json.line(json);
    }

    private static Entry parse(String line) throws IOException {
        try {
            JsonObject json = JsonParser.parseString(line).getAsJsonObject();
            return new Entry(
                    json.get("namespace").getAsLong(),
                    json.get("id").getAsLong(),
                    options(json.getAsJsonObject("before")),
                    options(json.getAsJsonObject("after")));
        } catch (JsonParseException | IllegalStateException | NullPointerException | NumberFormatException e) {
            throw new IOException(
                    "journal: '" + line + "' (expected: a line that keep wrote; remove the file to go on)", e);
        }
    }

    static JsonObject options(SocketOptions options) {
        JsonObject json = new JsonObject();
        json.addProperty("keepAlive", options.keepAlive());
        json.addProperty("idleSeconds", options.idleSeconds());
        json.addProperty("intervalSeconds", options.intervalSeconds());
        json.addProperty("count", options.count());
        json.addProperty("userTimeoutMillis", options.userTimeoutMillis());
        return json;
    }

    private static SocketOptions options(JsonObject json) {
        return new SocketOptions(
                json.get("keepAlive").getAsBoolean(),
                json.get("idleSeconds").getAsInt(),
                json.get("intervalSeconds").getAsInt(),
                json.get("count").getAsInt(),
                json.get("userTimeoutMillis").getAsInt());
    }

    /** The entries in the order in which they were made. */
    List<Entry> entries() throws IOException {
        return new ArrayList<>(load().values());
    }
}
