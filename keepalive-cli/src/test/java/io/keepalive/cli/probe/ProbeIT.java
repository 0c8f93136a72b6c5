package io.keepalive.cli.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.keepalive.lab.Expiry;
import io.keepalive.lab.LabProcess;
import io.keepalive.lab.NatLab;
import io.keepalive.lab.junit.WithNatLab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The command against a real NAT. {@code -Dkeepalive.probe.long=true} runs the cases of more than 20 seconds, too. */
class ProbeIT {
    private static final String LONG = "keepalive.probe.long";
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @TempDir
    private Path folder;

    private static void serve(NatLab lab, String... what) {
        LabProcess server = lab.server().java(HoldServer.class, what);
        server.awaitLine(line -> line.startsWith("ready"), Duration.ofSeconds(10));
    }

    private static LabProcess start(NatLab lab, String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                "-XX:-UsePerfData",
                "-jar",
                System.getProperty("keepalive.jar"),
                "probe",
                lab.server().address() + ":7000"));
        arguments.addAll(List.of(options));
        return lab.client()
                .command(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        arguments.toArray(String[]::new))
                .start();
    }

    private static JsonObject run(NatLab lab, String... options) {
        LabProcess probe = start(
                lab, Stream.concat(Stream.of(options), Stream.of("--json")).toArray(String[]::new));
        assertThat(probe.awaitExit(LIMIT)).as(probe.lines().toString()).isZero();
        return json(probe);
    }

    private static JsonObject json(LabProcess probe) {
        String line = probe.lines().stream()
                .filter(each -> each.startsWith("{"))
                .findFirst()
                .orElseThrow();
        return JsonParser.parseString(line).getAsJsonObject();
    }

    private static void assertVerdict(JsonObject json, String idleTimeout, String mechanism) {
        assertThat(json.get("idleTimeout")).as(json.toString()).hasToString(idleTimeout);
        assertThat(json.get("mechanism").getAsString()).isEqualTo(mechanism);
    }

    private static String between(String atLeast, String lessThan) {
        return "{\"atLeastSeconds\":" + atLeast + ",\"lessThanSeconds\":" + lessThan + "}";
    }

    @Test
    @WithNatLab(idleTimeoutSeconds = 3, onExpiry = Expiry.BLACKHOLE)
    void probe_silentNat_findsItsTimeout(NatLab lab) {
        serve(lab, "hold");

        assertVerdict(run(lab), between("2.5", "3.5"), "silent-drop");
    }

    @Test
    @WithNatLab(idleTimeoutSeconds = 3, onExpiry = Expiry.RESET)
    void probe_interruptedAndResumed_repeatsNoStep(NatLab lab) throws IOException {
        serve(lab, "hold");
        Path file = folder.resolve("probe.jsonl");
        LabProcess first = start(lab, "--resume", file.toString(), "--json");
        await().atMost(LIMIT)
                .until(() -> Files.exists(file) && Files.readAllLines(file).size() == 3);
        first.terminate();
        first.awaitExit(LIMIT);

        assertThat(json(first).get("outcome").getAsString()).isEqualTo("unfinished");
        assertVerdict(run(lab, "--resume", file.toString()), between("2.5", "3.5"), "reset-on-next-packet");
        assertThat(Files.readAllLines(file).stream()
                        .skip(1)
                        .map(line -> JsonParser.parseString(line)
                                        .getAsJsonObject()
                                        .get("nanos")
                                        .getAsLong()
                                / 1e9))
                .containsExactly(3.5, 1.5, 2.5, 3.5);
    }

    @Test
    @EnabledIfSystemProperty(named = LONG, matches = "true")
    @WithNatLab(idleTimeoutSeconds = 25, onExpiry = Expiry.BLACKHOLE)
    void probe_fromNothing_takesAtMostEightTimesTheTimeout(NatLab lab) {
        serve(lab, "hold");
        JsonObject json = run(lab);

        assertVerdict(json, between("24.5", "25.5"), "silent-drop");
        assertThat(json.get("elapsedSeconds").getAsDouble()).isLessThan(200);
    }

    @Test
    @EnabledIfSystemProperty(named = LONG, matches = "true")
    @WithNatLab(idleTimeoutSeconds = 7, onExpiry = Expiry.RESET)
    void probe_lossEachWay_isNotMistakenForDeath(NatLab lab) {
        serve(lab, "hold");
        lab.loss(10);

        assertVerdict(run(lab), between("6.5", "7.5"), "reset-on-next-packet");
    }

    @Test
    @EnabledIfSystemProperty(named = LONG, matches = "true")
    @WithNatLab(idleTimeoutSeconds = 60)
    void probe_serverCloses_findsThatProbesDontCount(NatLab lab) {
        serve(lab, "close", "5");
        JsonObject json = run(lab);

        assertThat(json.get("mechanism").getAsString()).isEqualTo("closed-by-proxy-or-server");
        assertThat(json.get("keepaliveProbesCount").getAsBoolean()).isFalse();
    }

    @Test
    @EnabledIfSystemProperty(named = LONG, matches = "true")
    @WithNatLab(idleTimeoutSeconds = 7)
    void probe_looseTracking_seesNothingAndSaysSo(NatLab lab) {
        serve(lab, "hold");
        lab.router()
                .command("sh", "-c", "echo 1 > /proc/sys/net/netfilter/nf_conntrack_tcp_loose")
                .run()
                .orThrow();
        lab.router()
                .command("nft", "insert rule ip lab forward iifname c0 ip protocol tcp ct state new accept")
                .run()
                .orThrow();
        JsonObject json = run(lab, "--max", "9s");

        assertVerdict(json, between("9.5", "null"), "none-observed");
        assertThat(json.get("limits").toString()).contains("loosely", "--both-directions");
    }
}
