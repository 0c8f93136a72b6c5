package io.keepalive.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.keepalive.lab.Expiry;
import io.keepalive.lab.LabProcess;
import io.keepalive.lab.NatLab;
import io.keepalive.lab.junit.WithNatLab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A small version of scripts/watch-deaths: connections that a NAT forgets, and ones that the two sides end. */
class WatchIT {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Path PROGRAMS = Path.of(System.getProperty("keepalive.root", ".."), "scripts/watch-deaths.d");
    private static final Map<String, String> CAUSES = Map.of(
            "nat-reset-probed", "RESET_ON_IDLE",
            "proxy-fin", "PEER_CLOSED",
            "peer-rst", "PEER_RESET",
            "zero-window", "WRITE_STALLED",
            "own-close", "LOCAL_CLOSED",
            "reset-survivor", "LOCAL_CLOSED");

    /** Whether a netlink socket of protocol 4 (NETLINK_SOCK_DIAG) has joined a group. */
    private static boolean hasSubscriber(NatLab lab) {
        return lab.client().command("cat", "/proc/net/netlink").run().lines().stream()
                .map(line -> line.trim().split("\\s+"))
                .anyMatch(columns -> columns[1].equals("4") && !columns[3].equals("00000000"));
    }

    @Test
    @WithNatLab(idleTimeoutSeconds = 7, onExpiry = Expiry.RESET)
    void watch_deathsOfSixKinds_recordsEachWithItsCause(NatLab lab) throws Exception {
        assumeThat(Runtime.version().feature()).as("system calls need JDK 22").isGreaterThanOrEqualTo(22);
        assumeThat(lab.client().command("python3", "--version").run().exitCode())
                .as("python3 runs the clients")
                .isZero();
        LabProcess server = lab.server()
                .command("python3", PROGRAMS.resolve("server.py").toString())
                .start();
        server.awaitLine(line -> line.equals("ready"), START);
        Path output = Files.createTempFile("keepalive-watch", ".json");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String watch = java + " -jar " + System.getProperty("keepalive.jar") + " watch --json --for 22s > " + output;
        LabProcess watcher = lab.client().command("sh", "-c", watch).start();
        await().atMost(START).until(() -> hasSubscriber(lab));
        List<LabProcess> clients = new ArrayList<>();
        for (String kind : CAUSES.keySet()) {
            clients.add(lab.client()
                    .command(
                            "python3",
                            PROGRAMS.resolve("client.py").toString(),
                            kind,
                            lab.server().address(),
                            "3")
                    .start());
        }

        assertThat(watcher.awaitExit(Duration.ofSeconds(90))).isZero();

        List<JsonObject> lines = Files.readAllLines(output).stream()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
        Files.delete(output);
        JsonObject summary = lines.get(lines.size() - 1);
        for (LabProcess client : clients) {
            for (String opened : client.lines()) {
                String[] words = opened.split(" ", 2);
                assertThat(lines).as(opened).anySatisfy(line -> {
                    assertThat(line.get("local")).isNotNull();
                    assertThat(line.get("local").getAsString()).endsWith(":" + words[1]);
                    assertThat(line.get("cause").getAsString()).isEqualTo(CAUSES.get(words[0]));
                });
            }
        }
        for (JsonElement destination : summary.getAsJsonArray("destinations")) {
            JsonObject object = destination.getAsJsonObject();
            if (object.get("remote").getAsString().endsWith(":7004")) {
                assertThat(object.get("longestSurvivedSeconds").getAsDouble()).isBetween(4.0, 7.0);
                assertThat(object.get("shortestKilledSeconds").getAsDouble()).isBetween(7.0, 9.5);
            }
        }
    }
}
