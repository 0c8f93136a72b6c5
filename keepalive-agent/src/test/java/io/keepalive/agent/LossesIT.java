package io.keepalive.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.agent.programs.Ends;
import io.keepalive.agent.programs.ResetByPeer;
import io.keepalive.lab.Expiry;
import io.keepalive.lab.LabProcess;
import io.keepalive.lab.NatLab;
import io.keepalive.lab.junit.WithNatLab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections that end in every way, under the agent: its report names the causes that {@code keepalive watch} names. */
class LossesIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    /** Quick deaths, by rules: the program sets nothing. */
    private static final String SETTINGS = String.join(
            "\n",
            "to :" + Ends.CUT_WITH_DATA + " idle=2s,interval=1s,count=3,user-timeout=2s",
            "to :" + Ends.CUT_THEN_DATA + " idle=20s,interval=1s,count=3,user-timeout=2s",
            "to :" + Ends.FORGOTTEN_THEN_DATA + " idle=60s,interval=1s,count=3",
            "to :" + Ends.FORGOTTEN_THEN_PROBE + " idle=7s,interval=1s,count=3",
            "to :" + Ends.ZERO_WINDOW + " idle=20s,interval=1s,count=3,user-timeout=3s",
            "to :" + Ends.ZERO_WINDOW_GIVEN_UP + " idle=20s,interval=1s,count=3",
            "idle=2s,interval=1s,count=3");

    /** As the report has them: how many, cause and confidence, port. */
    private static final Pattern LINE = Pattern.compile(" *(\\d+) x ([A-Z_]+ [A-Z]+) to [^,]*:(\\d+), rule .*");

    @TempDir
    Path directory;

    @Test
    @WithNatLab(idleTimeoutSeconds = 4, onExpiry = Expiry.RESET)
    void endsOfEveryKind_areReported_asWatchDoes(NatLab lab) throws Exception {
        Path settings = Files.writeString(directory.resolve("agent.conf"), SETTINGS);
        Path log = directory.resolve("agent.log");
        LabProcess server = lab.server().java(Ends.class, "server");
        server.awaitLine("listening"::equals, LIMIT);
        LabProcess client = lab.client()
                .javaCommand(Ends.class, "client", lab.server().address())
                .options(Program.agent("file=" + settings + ";log=" + log))
                .start();
        client.awaitLine("ready"::equals, LIMIT);
        lab.server()
                .command(
                        "sh",
                        "-c",
                        "nft add table ip cut && nft 'add chain ip cut in { type filter hook input priority 0; }'"
                                + " && nft add rule ip cut in tcp dport '{ 7001, 7002, 7003, 7011 }' drop")
                .run()
                .orThrow();
        client.awaitLine("done"::equals, LIMIT);
        client.awaitExit(LIMIT);
        List<String> report = Files.readAllLines(log);
        report.forEach(System.out::println);

        Map<Integer, String> ends = new TreeMap<>();
        for (String line : report) {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                ends.merge(
                        Integer.valueOf(matcher.group(3)), matcher.group(1) + " " + matcher.group(2), (a, b) -> a + b);
            }
        }
        assertThat(ends)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        Ends.CUT_IDLE, "2 PATH_TIMEOUT HIGH",
                        Ends.CUT_WITH_DATA, "2 PATH_TIMEOUT HIGH",
                        Ends.CUT_THEN_DATA, "2 PATH_TIMEOUT HIGH",
                        Ends.CUT_UNNOTICED, "2 PATH_TIMEOUT HIGH",
                        Ends.FORGOTTEN_THEN_DATA, "2 RESET_ON_IDLE LOW",
                        Ends.FORGOTTEN_THEN_PROBE, "2 RESET_ON_IDLE HIGH",
                        Ends.FIN, "2 PEER_CLOSED HIGH",
                        Ends.RST, "2 PEER_RESET HIGH",
                        Ends.ZERO_WINDOW, "2 WRITE_STALLED LOW",
                        Ends.ZERO_WINDOW_GIVEN_UP, "2 WRITE_STALLED LOW"));
        assertThat(report)
                .anyMatch(line -> line.contains("2 x LOCAL_CLOSED in all"))
                .anyMatch(line -> line.contains("lost: PEER_RESET HIGH to "))
                .noneMatch(line -> line.contains("lost: PEER_CLOSED") || line.contains("failures"));
    }

    @Test
    void loss_isReportedToJmxAndTheFlightRecorder_withPeerAndRule() throws Exception {
        Path recording = directory.resolve("losses.jfr");
        try (Program program = Program.start(
                List.of(
                        Program.agent("from * exclude; idle=77s"),
                        "-XX:StartFlightRecording:filename=" + recording + ",dumponexit=true"),
                ResetByPeer.class)) {
            assertThat(program.awaitExit()).isZero();

            String port = program.output().stream()
                    .filter(line -> line.startsWith("port "))
                    .findFirst()
                    .orElseThrow()
                    .substring(5);
            String peer = "to 127.0.0.1:" + port;
            assertThat(program.output())
                    .contains("java.net.SocketException: Connection reset")
                    .contains("Losses {PEER_RESET HIGH " + peer + ", rule 'idle=77s'=1}", "Ends {PEER_RESET=1}");
            List<RecordedEvent> events = RecordingFile.readAllEvents(recording).stream()
                    .filter(event -> event.getEventType().getName().equals("io.keepalive.ConnectionLost"))
                    .toList();
            assertThat(events).hasSize(1);
            assertThat(events.get(0).getString("cause")).isEqualTo("PEER_RESET");
            assertThat(events.get(0).getString("peer")).isEqualTo(peer);
            assertThat(events.get(0).getString("rule")).isEqualTo("idle=77s");
            assertThat(events.get(0).getDuration("idle")).isBetween(Duration.ZERO, Duration.ofMinutes(2));
        }
    }
}
