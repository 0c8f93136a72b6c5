package io.keepalive.cli.probe;

import static io.keepalive.cli.probe.ProbeProcess.assertVerdict;
import static io.keepalive.cli.probe.ProbeProcess.serve;
import static io.keepalive.cli.probe.ProbeProcess.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import io.keepalive.lab.Expiry;
import io.keepalive.lab.Host;
import io.keepalive.lab.NatLab;
import io.keepalive.lab.NatLabBuilder;
import io.keepalive.lab.junit.WithNatLab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real boxes, servers and accidents, with {@code -Dkeepalive.probe.long=true}: some ten minutes. */
@EnabledIfSystemProperty(named = "keepalive.probe.long", matches = "true")
class ProbeLabIT {
    private static final String NETFILTER = "/proc/sys/net/netfilter/nf_conntrack_tcp_";

    @TempDir
    private Path folder;

    private static NatLabBuilder lab(int seconds, Expiry expiry) {
        return NatLab.builder().idleTimeout(Duration.ofSeconds(seconds)).onExpiry(expiry);
    }

    private static void shell(Host host, String script) {
        host.command("sh", "-ec", script).run().orThrow();
    }

    private static double elapsed(JsonObject json) {
        double seconds = json.get("elapsedSeconds").getAsDouble();
        System.out.println("probe took " + seconds + " s: " + json.get("evidence"));
        return seconds;
    }

    @ParameterizedTest
    @CsvSource({"3,BLACKHOLE", "3,RESET", "7,BLACKHOLE", "7,RESET", "25,BLACKHOLE", "25,RESET"})
    void probe_fromNothing_findsTheTimeoutWithinEightTimesItsLength(int seconds, Expiry expiry) {
        try (NatLab lab = lab(seconds, expiry).start()) {
            serve(lab, "hold");
            JsonObject json = start(lab).answer(0);

            String mechanism = expiry == Expiry.RESET ? "reset-on-next-packet" : "silent-drop";
            assertVerdict(json, mechanism, seconds - 0.5, seconds + 0.5);
            assertThat(elapsed(json)).isLessThanOrEqualTo(8 * seconds);
        }
    }

    @ParameterizedTest
    @CsvSource({"3,BLACKHOLE", "7,RESET", "25,BLACKHOLE"})
    void probe_rightGuess_confirmsItWithinTwoAndAHalfTimesItsLength(int seconds, Expiry expiry) {
        try (NatLab lab = lab(seconds, expiry).start()) {
            serve(lab, "hold");
            JsonObject json = start(lab, "--confirm", seconds + "s").answer(0);

            assertThat(json.get("outcome").getAsString()).isEqualTo("found");
            assertThat(elapsed(json)).isLessThanOrEqualTo(2.5 * seconds);
        }
    }

    @Test
    void probe_wrongGuess_isRefuted() {
        try (NatLab lab = lab(3, Expiry.BLACKHOLE).start()) {
            serve(lab, "hold");

            assertThat(start(lab, "--confirm", "5s").answer(4).get("outcome").getAsString())
                    .isEqualTo("shorter-than-guess");
        }
    }

    @Test
    @WithNatLab(idleTimeoutSeconds = 7, onExpiry = Expiry.RESET)
    void probe_lossEachWay_isNotMistakenForDeath(NatLab lab) {
        serve(lab, "hold");
        lab.loss(10);

        assertVerdict(start(lab).answer(0), "reset-on-next-packet", 6.5, 7.5);
    }

    @Test
    @WithNatLab(idleTimeoutSeconds = 60)
    void probe_serverCloses_findsThatProbesDontCount(NatLab lab) {
        serve(lab, "close", "5");
        JsonObject json = start(lab).answer(0);

        assertThat(json.get("mechanism").getAsString()).isEqualTo("closed-by-proxy-or-server");
        assertThat(json.get("keepaliveProbesCount").getAsBoolean()).isFalse();
        assertThat(json.get("policy").isJsonNull()).isTrue();
        assertThat(json.get("advice").getAsString()).contains("application heartbeat");
    }

    @Test
    @WithNatLab(idleTimeoutSeconds = 7)
    void probe_serverHasItsOwnKeepalive_seesThatThereIsNoSilence(NatLab lab) {
        assumeThat(Runtime.version().feature()).as("TCP_INFO needs JDK 22").isGreaterThanOrEqualTo(22);
        serve(lab, "keepalive", "4");

        JsonObject json = start(lab).answer(0);

        assertThat(json.get("mechanism").getAsString()).as(json.toString()).isEqualTo("kept-alive-by-peer");
    }

    @Test
    @WithNatLab(idleTimeoutSeconds = 3)
    void probe_proxyInFrontOfTheBoxAnswersProbes_seesNothingAndSaysSo(NatLab lab) {
        serve(lab, "hold");
        ProbeProcess.ready(
                lab.client().java(HoldServer.class, "proxy", lab.server().address()));
        JsonObject json =
                ProbeProcess.startAt(lab, "127.0.0.1:7000", "--max", "6s").answer(0);

        assertVerdict(json, "none-observed", 6.5, null);
        assertThat(json.get("limits").toString()).contains("proxy that answers probes itself hides");
    }

    @Test
    @WithNatLab(idleTimeoutSeconds = 5)
    void probe_looseTracking_seesNothingButTheWayFromTheServer(NatLab lab) {
        ProbeProcess.servePushes(lab);
        shell(lab.router(), "echo 1 > " + NETFILTER + "loose");
        shell(lab.router(), "nft insert rule ip lab forward iifname c0 ip protocol tcp ct state new accept");
        JsonObject json = start(lab, "--max", "7s", "--both-directions").answer(0);

        assertVerdict(json, "none-observed", 7.5, null);
        assertVerdict(json.getAsJsonObject("serverToClient"), "silent-drop", 4.5, 5.5);
    }

    @Test
    @WithNatLab(idleTimeoutSeconds = 3)
    void probe_bothDirections_measuresBoth(NatLab lab) {
        ProbeProcess.servePushes(lab);
        JsonObject json = start(lab, "--both-directions").answer(0);

        assertVerdict(json, "silent-drop", 2.5, 3.5);
        assertVerdict(json.getAsJsonObject("serverToClient"), "silent-drop", 2.5, 3.5);
        assertThat(json.get("limits").toString()).doesNotContain("--both-directions");
    }

    @Test
    @WithNatLab(idleTimeoutSeconds = 9, onExpiry = Expiry.RESET)
    void probe_twoBoxesInARow_findsTheShorterTimeout(NatLab lab) {
        shell(
                lab.server(),
                "nft add table ip box; nft 'add chain ip box in { type filter hook input priority 0; }'; "
                        + "nft add rule ip box in ip protocol tcp ct state invalid drop; "
                        + "echo 0 > " + NETFILTER + "loose; echo 4 > " + NETFILTER + "timeout_established");
        serve(lab, "hold");

        assertVerdict(start(lab).answer(0), "silent-drop", 3.5, 4.5);
    }

    @Test
    @WithNatLab(idleTimeoutSeconds = 9)
    void probe_boxChangesItsMind_claimsWhatHoldsOfBoth(NatLab lab) {
        serve(lab, "hold");
        Path file = folder.resolve("changed.jsonl");
        ProbeProcess probe = start(lab, "--resume", file.toString());
        await().atMost(ProbeProcess.LIMIT) // header, 6.5, 17.5, 9.5, 7.5, 8.5
                .until(() -> Files.exists(file) && Files.readAllLines(file).size() == 6);
        shell(lab.router(), "echo 4 > " + NETFILTER + "timeout_established");
        JsonObject json = probe.answer(0);

        assertThat(json.get("outcome").getAsString()).isEqualTo("varies");
        assertVerdict(json, "silent-drop", 3.5, 9.5);
    }

    @Test
    @WithNatLab(idleTimeoutSeconds = 30)
    void probe_noServer_isOneLine(NatLab lab) {
        ProbeProcess probe = start(lab);

        assertThat(probe.process().awaitExit(ProbeProcess.LIMIT)).isEqualTo(1);
        assertThat(probe.process().lines())
                .singleElement()
                .asString()
                .contains(":7000: a fresh connection fails: ", "(expected: a TCP server that accepts connections)");
    }

    @Test
    @WithNatLab(idleTimeoutSeconds = 30)
    void probe_networkVanishes_printsWhatIsKnown(NatLab lab) {
        serve(lab, "hold");
        Path file = folder.resolve("vanished.jsonl");
        ProbeProcess probe = start(lab, "--resume", file.toString());
        await().atMost(ProbeProcess.LIMIT)
                .until(() -> Files.exists(file) && Files.readAllLines(file).size() == 2);
        lab.cut();
        JsonObject json = probe.answer(1);

        assertVerdict(json, "none-observed", 6.5, null);
        assertThat(json.get("outcome").getAsString()).isEqualTo("unfinished");
    }

    @Test
    void probe_rootless_findsTheTimeout() {
        try (NatLab lab = lab(3, Expiry.BLACKHOLE).rootless().start()) {
            serve(lab, "hold");

            assertVerdict(start(lab).answer(0), "silent-drop", 2.5, 3.5);
        }
    }
}
