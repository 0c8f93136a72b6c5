package io.keepalive.cli.probe;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ProbeCommandTest {
    private final StringWriter err = new StringWriter();
    private final CommandLine command = new CommandLine(new ProbeCommand())
            .setErr(new PrintWriter(err, true))
            .setParameterExceptionHandler((e, arguments) -> {
                err.write(e.getMessage());
                return 2;
            });

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "\"\" | HOST:PORT: missing",
                "db | HOST:PORT: ",
                "db:0 | HOST:PORT: 'db:0' (expected: a host and a port",
                "db:70000 | HOST:PORT: 'db:70000' (expected: ",
                "db:1 --confirm 4 | a number without a unit",
                "db:1 --confirm 1s | --confirm: 1 s (expected: 2.0 s to 32766 s",
                "db:1 --max 10h | --max: 36000 s (expected: ",
                "db:1 --looks-like azur | 'azur' (expected: a box of the catalogue",
                "db:1 --looks-like linux-conntrack | 432000 s (expected: ",
                "db:1 --votes 0 | --votes: 0 (expected: 1 to 64)",
                "db:1 --resolution 1ms | --resolution: ",
                "db:1 --confirm 4m --looks-like ipvs | both given",
            })
    void execute_wrongUsage_namesTheValueAndWhatIsExpected(String arguments, String message) {
        int exitCode = command.execute(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1));

        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void execute_noServer_isOneLine() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }

        assertThat(command.execute("127.0.0.1:" + port)).isEqualTo(1);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("keepalive probe: 127.0.0.1:" + port + ": a fresh connection fails: ")
                .contains("(expected: a TCP server that accepts connections)");
    }

    @Test
    void execute_bothDirectionsWithoutTheOtherEnd_saysWhatToRun() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }

        assertThat(command.execute("127.0.0.1:" + port, "--both-directions")).isEqualTo(1);
        assertThat(err.toString()).contains("'keepalive probe --serve PORT' running there");
    }

    @Test
    void json_verdict_hasTheDocumentedNames() {
        Goal goal = new Goal(0, 1_200_000_000_000L, 0, false, 1);
        Search search = Search.of(goal)
                .with(new Round(new Step.Idle(3_500_000_000L), List.of(new Trial(Fate.LIVED, 3_500_000_000L))));

        JsonObject json = VerdictJson.of("db:1", search, null, true, 4_000_000_000L);

        assertThat(json.getAsJsonObject("idleTimeout"))
                .hasToString("{\"atLeastSeconds\":3.5,\"lessThanSeconds\":null}");
        assertThat(json.get("mechanism").getAsString()).isEqualTo("none-observed");
        assertThat(json.getAsJsonArray("evidence")).hasSize(1);
        assertThat(json.get("outcome").getAsString()).isEqualTo("unfinished");
    }

    @Test
    void pushServer_request_answersAndSpeaksAfterTheSilence() throws Exception {
        try (PushServer server = new PushServer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            Thread thread = new Thread(() -> {
                try {
                    server.run();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            thread.setDaemon(true);
            thread.start();
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());

            PushCheck.run(address);

            try (RoundRunner runner = new RoundRunner(address, Kernel.ofThisMachine(), true, elapsed -> {})) {
                assertThat(runner.run(new Step.Idle(1_500_000_000L), 3)
                                .orElseThrow()
                                .lived())
                        .isEqualTo(3);
            }
        }
    }
}
