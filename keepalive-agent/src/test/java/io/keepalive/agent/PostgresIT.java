package io.keepalive.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.agent.programs.JdbcProgram;
import io.keepalive.testing.NeedsServer;
import io.keepalive.testing.Postgres;
import io.keepalive.testing.ServerProgram;
import io.keepalive.testing.Ss;
import io.keepalive.testing.TestServer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** pgjdbc with a real PostgreSQL: it switches keepalive off after it has connected, on every connection. */
@NeedsServer(ServerProgram.POSTGRES)
class PostgresIT {
    @TempDir
    Path directory;

    @Test
    void jdbcConnection_isKept_thoughTheDriverSwitchesKeepaliveOff() throws Exception {
        try (TestServer server = Postgres.create(directory).start()) {
            assertThat(timer(server, List.of())).isEqualTo("no timer");

            String kept = timer(server, List.of(Program.agent("idle=47s,interval=7s,count=4")));

            System.out.println("pgjdbc with the agent: " + kept);
            assertThat(Ss.secondsToProbe(kept)).isBetween(1.0, 47.0);
        }
    }

    private static String timer(TestServer server, List<String> options) throws Exception {
        try (Program program = Program.start(
                        options,
                        JdbcProgram.class,
                        "jdbc:postgresql://127.0.0.1:" + server.port() + "/postgres?user=test")
                .awaitReady()) {
            int port = Integer.parseInt(program.output().get(0).split(" ", -1)[1]);
            String timer = Ss.timer(port, server.port());
            program.end();
            if (!options.isEmpty()) {
                assertThat(program.errors()).anyMatch(line -> line.contains("SO_KEEPALIVE=off was refused"));
            }
            return timer;
        }
    }
}
