package io.keepalive.nio.echo;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.lab.CommandResult;
import io.keepalive.lab.Expiry;
import io.keepalive.lab.LabProcess;
import io.keepalive.lab.NatLab;
import io.keepalive.lab.junit.WithNatLab;
import io.keepalive.testing.TestCertificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every way to speak the protocol, plain and over TLS, through a real NAT that forgets, resets or loses everything. */
class LabIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** For a machine on which much else runs: timers that are late by less than a tick, and this process' own looks. */
    private static final long SLACK_MILLIS = 4_000;

    private static final HeartbeatConfig QUICK = HeartbeatConfig.parse(
            "ping-idle=2s,pong-timeout=1s,max-missed-pongs=2,beat-interval=1s,write-stall-timeout=2s");
    private static final HeartbeatConfig PATIENT = HeartbeatConfig.parse("ping-idle=60s,beat-interval=300ms");

    private LabProcess server;
    private LabProcess client;

    private void start(NatLab lab, HeartbeatConfig ofServer, HeartbeatConfig ofClient, String... more) {
        server = lab.server()
                .javaCommand(LabServer.class, ofServer.toString())
                .options(TestCertificate.ofThisJvm().option())
                .start();
        server.awaitLine("listening"::equals, LIMIT);
        List<String> arguments = new ArrayList<>(List.of(lab.server().address(), ofClient.toString()));
        arguments.addAll(List.of(more));
        client = lab.client()
                .javaCommand(LabClient.class, arguments.toArray(new String[0]))
                .options(TestCertificate.ofThisJvm().option())
                .start();
        client.awaitLine("idle"::equals, LIMIT);
    }

    private record Lost(long atMillis, String party, String cause) {}

    /** One of each party. */
    private List<Lost> awaitLosses() {
        List<Lost> lost = new ArrayList<>();
        while (lost.size() < Parties.values().length) {
            String[] words =
                    client.awaitLine(line -> line.startsWith("lost "), LIMIT).split(" ", -1);
            lost.add(new Lost(Long.parseLong(words[1]), words[2], words[3]));
        }
        System.out.println(lost);
        return lost;
    }

    private static void assertWithinBound(List<Lost> losses, long sinceMillis, String cause) {
        assertThat(losses).extracting(Lost::cause).containsOnly(cause);
        assertThat(losses)
                .allMatch(lost ->
                        lost.atMillis() - sinceMillis <= QUICK.detectionTime().toMillis() + SLACK_MILLIS);
    }

    @Test
    @WithNatLab(idleTimeoutSeconds = 4)
    void idleForFourTimesWhatTheBoxAllows_allAnswer(NatLab lab) throws Exception {
        HeartbeatConfig config = HeartbeatConfig.outliving(lab.idleTimeout());
        start(lab, config, config, "1");
        Thread.sleep(4 * lab.idleTimeout().toMillis());
        client.writeLine("exchange");
        client.awaitLine("answered 5 of 5"::equals, LIMIT);
    }

    @Test
    @WithNatLab(idleTimeoutSeconds = 600)
    void cut_isFoundWithinTheBound(NatLab lab) {
        start(lab, QUICK, QUICK, "1");
        lab.cut();
        long sinceMillis = System.currentTimeMillis();
        assertWithinBound(awaitLosses(), sinceMillis, "HEARTBEAT_TIMEOUT");
    }

    @Test
    @WithNatLab(idleTimeoutSeconds = 600, onExpiry = Expiry.RESET)
    void resetByTheBox_isFoundByTheNextBeat(NatLab lab) {
        start(lab, PATIENT, QUICK, "1");
        lab.forget();
        assertThat(awaitLosses()).extracting(Lost::cause).containsOnly("PEER_RESET");
    }

    @Test
    @WithNatLab(idleTimeoutSeconds = 600)
    void peerStopped_theKernelIsFooled_theHeartbeatIsNot(NatLab lab) throws Exception {
        start(lab, PATIENT, QUICK, "1");
        LabProcess plain = lab.client()
                .javaCommand(KernelKept.class, lab.server().address())
                .start();
        plain.awaitLine("connected"::equals, LIMIT);
        server.pause();
        long sinceMillis = System.currentTimeMillis();
        assertWithinBound(awaitLosses(), sinceMillis, "HEARTBEAT_TIMEOUT");
        Thread.sleep(3_000); // idle 1 s + 2 × 1 s, and the kernel's own lateness
        CommandResult timers =
                lab.client().command("ss", "-tnoH", "state", "established").run();
        assertThat(timers.lines()).anyMatch(line -> line.contains("timer:(keepalive,"));
        assertThat(plain.lines()).containsExactly("connected");
    }

    @Test
    @WithNatLab(idleTimeoutSeconds = 600)
    void peerThatStopsReading_isAStalledWrite(NatLab lab) {
        start(lab, PATIENT, QUICK, "1", "flood");
        assertThat(awaitLosses()).extracting(Lost::cause).containsOnly("WRITE_STALLED");
    }

    /** Five stops of four connections of each party, whose phases differ by a quarter of the interval: 20 for each. */
    @Test
    @WithNatLab(idleTimeoutSeconds = 600)
    void ownStops_atEveryPhase_noFalseDeath(NatLab lab) throws Exception {
        // Tight, but not for the server: 16 connections start at once, on a machine on which much else runs.
        HeartbeatConfig tight =
                HeartbeatConfig.parse("ping-idle=1s,pong-timeout=2500ms,max-missed-pongs=1,beat-interval=800ms");
        start(lab, PATIENT, tight, "4");
        for (int stop = 0; stop < 5; stop++) {
            client.pause();
            Thread.sleep(tight.detectionTime().toMillis() + 50L * stop);
            client.resume();
            Thread.sleep(500 + 130L * stop);
        }
        client.writeLine("exchange");
        client.awaitLine("answered 20 of 20"::equals, LIMIT);
        assertThat(client.lines()).noneMatch(line -> line.startsWith("lost "));
    }
}
