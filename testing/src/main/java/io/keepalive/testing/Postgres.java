package io.keepalive.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;

/** A fresh PostgreSQL cluster in a directory, and how to start it. It refuses to run as root. */
public record Postgres(Path directory) {
    private static final String USER = "postgres";

    public static boolean isRoot() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    /** Makes a cluster that trusts everybody: it lives for the time of a test. */
    public static Postgres create(Path parent) throws IOException, InterruptedException {
        Postgres postgres = new Postgres(Files.createDirectory(parent.resolve("postgres")));
        postgres.give(parent);
        postgres.give(postgres.directory());
        Process initdb = new ProcessBuilder(postgres.asUser(
                        ServerProgram.POSTGRES.path().resolveSibling("initdb").toString(),
                        "--pgdata=" + postgres.data(),
                        "--username=test",
                        "--auth=trust",
                        "--no-sync"))
                .redirectErrorStream(true)
                .directory(postgres.directory().toFile())
                .start();
        String output = new String(initdb.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (initdb.waitFor() != 0) {
            throw new IOException("initdb: " + output);
        }
        Files.writeString(
                postgres.data().resolve("pg_hba.conf"), "host all all 0.0.0.0/0 trust\nhost all all ::0/0 trust\n");
        return postgres;
    }

    private Path data() {
        return directory.resolve("data");
    }

    /** Hands a file to the user that the server runs as. */
    public void give(Path file) throws IOException {
        if (isRoot()) {
            UserPrincipal owner =
                    file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(USER);
            Files.setOwner(file, owner);
        }
    }

    /** Starts it on a free port of this machine. */
    public TestServer start(String... settings) throws IOException, InterruptedException {
        int port = TestServer.freePort();
        return TestServer.start(directory, port, command("127.0.0.1", port, settings));
    }

    /** What starts it: for a host of the lab. */
    public List<String> command(String address, int port, String... settings) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                ServerProgram.POSTGRES.path().toString(),
                "-D",
                data().toString(),
                "-p",
                String.valueOf(port),
                "-c",
                "listen_addresses=" + address,
                "-c",
                "unix_socket_directories=" + directory,
                "-c",
                "fsync=off"));
        for (String setting : settings) {
            arguments.addAll(List.of("-c", setting));
        }
        return asUser(arguments.toArray(String[]::new));
    }

    private List<String> asUser(String... command) throws IOException {
        List<String> words = new ArrayList<>();
        if (isRoot()) {
            words.addAll(List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups", "--"));
        }
        words.addAll(List.of(command));
        return words;
    }
}
