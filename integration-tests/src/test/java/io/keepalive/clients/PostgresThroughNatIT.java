package io.keepalive.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.lab.LabProcess;
import io.keepalive.lab.NatLab;
import io.keepalive.lab.junit.WithNatLab;
import io.keepalive.testing.NeedsServer;
import io.keepalive.testing.Postgres;
import io.keepalive.testing.ServerProgram;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An idle JDBC connection through a NAT that forgets it: with the factory in the URL it answers after more than 5 × the
 * NAT's timeout, without it the query hangs.
 */
@NeedsServer(ServerProgram.POSTGRES)
class PostgresThroughNatIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    @WithNatLab(idleTimeoutSeconds = 4)
    void idleConnection_answersWithTheFactory_andHangsWithout(NatLab lab) throws Exception {
        boolean root = Postgres.isRoot();
        if (!root) {
            System.err.println("SKIPPED PostgresThroughNatIT: PostgreSQL refuses to run as a rootless lab's only user");
        }
        Assumptions.assumeTrue(
                root, "a rootless lab's only user is called root, and PostgreSQL refuses to run as root");

        List<String> command = Postgres.create(directory).command("*", 5432);
        LabProcess server = lab.server()
                .command(command.get(0), command.subList(1, command.size()).toArray(String[]::new))
                .directory(directory)
                .start();
        server.awaitLine(line -> line.contains("ready to accept connections"), LIMIT);
        LabProcess client = lab.client()
                .java(
                        JdbcClient.class,
                        "jdbc:postgresql://" + lab.server().address() + ":5432/postgres",
                        "socketFactory=io.keepalive.socket.KeepAliveSocketFactory&socketFactoryArg=outliving="
                                + lab.idleTimeout().toSeconds() + "s",
                        String.valueOf(5 * lab.idleTimeout().toSeconds() + 1));

        client.awaitLine("before: answered, answered"::equals, LIMIT);
        client.awaitLine("idle"::equals, LIMIT);
        List<String> connections = lab.client()
                .command("ss", "-tnoH", "dport = :5432")
                .run()
                .orThrow()
                .lines();
        client.awaitLine("done"::equals, LIMIT);

        connections.forEach(System.out::println);
        client.lines().forEach(System.out::println);
        assertThat(connections).hasSize(2);
        assertThat(connections)
                .filteredOn(line -> line.contains("timer:(keepalive,"))
                .hasSize(1);
        assertThat(client.lines())
                .contains("kept: answered")
                .contains("plain: no answer within 4 s: java.net.SocketTimeoutException: Read timed out");
    }
}
