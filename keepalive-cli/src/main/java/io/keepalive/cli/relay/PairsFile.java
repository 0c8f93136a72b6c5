package io.keepalive.cli.relay;

import io.keepalive.cli.option.HostPort;
import io.keepalive.cli.relay.io.Route;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A file with a pair of addresses a line, {@code [HOST:]PORT HOST:PORT}; empty lines and {@code #} comments are skipped. */
record PairsFile(Path file) {

    /**
     * Reads all pairs.
     *
     * @throws IOException with one clear line that names the file and the line
     */
    Set<Route> read() throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            throw new IOException("--pairs " + file + ": no such file", e);
        } catch (IOException e) {
            throw new IOException("--pairs " + file + ": can't be read: " + e.getMessage(), e);
        }
        Set<Route> routes = new LinkedHashSet<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).replaceFirst("#.*", "").strip();
            if (!line.isEmpty()) {
                add(routes, line, i + 1);
            }
        }
        if (routes.isEmpty()) {
            throw new IOException(
                    "--pairs " + file + ": no pair in it (expected: a line such as 7000 db.example:5432)");
        }
        return routes;
    }

    private void add(Set<Route> routes, String line, int number) throws IOException {
        String at = file + ":" + number + ": ";
        String[] words = line.split("\\s+", -1);
        if (words.length != 2) {
            throw new IOException(at + "'" + line + "' (expected: [HOST:]PORT HOST:PORT)");
        }
        try {
            Route route = new Route(HostPort.parse(words[0]), HostPort.parse(words[1]));
            if (route.to().host().isEmpty() || route.to().port() == 0) {
                throw new IOException(at + "'" + words[1] + "' (expected: HOST:PORT)");
            }
            if (routes.stream().anyMatch(other -> other.listen().equals(route.listen()))) {
                throw new IOException(at + words[0] + " is listened on by another line already");
            }
            routes.add(route);
        } catch (IllegalArgumentException e) {
            throw new IOException(at + e.getMessage(), e);
        }
    }
}
