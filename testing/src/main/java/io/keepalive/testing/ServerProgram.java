package io.keepalive.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A program that the tests of clients start; found in the PATH or where Debian puts it. */
public enum ServerProgram {
    POSTGRES("postgres"),
    REDIS("redis-server"),
    NGINX("nginx"),
    /** No server, but the witness: it shows the kernel's timers from outside. */
    SS("ss");

    private static final Path DEBIAN_POSTGRES = Path.of("/usr/lib/postgresql");

    private final String binary;

    ServerProgram(String binary) {
        this.binary = binary;
    }

    Optional<Path> find() {
        return folders()
                .map(folder -> folder.resolve(binary))
                .filter(Files::isExecutable)
                .findFirst();
    }

    public Path path() {
        return find().orElseThrow(() -> new IllegalStateException(binary + " is missing"));
    }

    private Stream<Path> folders() {
        Stream<Path> searched = Stream.of((System.getenv("PATH") + ":/usr/sbin:/sbin").split(":"))
                .map(Path::of);
        return this == POSTGRES ? Stream.concat(searched, debianPostgres().stream()) : searched;
    }

    /** The newest of the installed versions first. */
    private static List<Path> debianPostgres() {
        if (!Files.isDirectory(DEBIAN_POSTGRES)) {
            return List.of();
        }
        try (Stream<Path> versions = Files.list(DEBIAN_POSTGRES)) {
            return versions.filter(version -> version.getFileName().toString().matches("\\d+"))
                    .sorted(Comparator.comparingInt((Path version) ->
                                    Integer.parseInt(version.getFileName().toString()))
                            .reversed())
                    .map(version -> version.resolve("bin"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
