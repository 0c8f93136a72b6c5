package io.keepalive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import io.keepalive.loss.Confidence;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.loss.LossCause;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.TabularData;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators see without asking a report: counters and a flight recording. */
class TelemetryTest {
    @TempDir
    Path directory;

    @Test
    void counters_countOutcomesAndLosses() throws Exception {
        Map<String, Long> outcomes = KeepAliveStatistics.get().getOutcomes();
        Map<String, Long> losses = KeepAliveStatistics.get().getLosses();

        try (Socket socket = new Socket()) {
            SocketKeeper.of(KeepAlive.parse("idle=11s,count=4")).keep(socket);
            SocketKeeper.of(KeepAlive.parse("idle=40000s")).keep(socket);
            SocketKeeper.of(KeepAlive.parse("idle=11s,count=4")).set(socket);
        }
        KeepAliveStatistics.get().connectionLost(lost());

        Map<String, Long> after = KeepAliveStatistics.get().getOutcomes();
        assertThat(added("APPLIED", outcomes, after)).isEqualTo(3 + 1);
        assertThat(added("REJECTED", outcomes, after)).isEqualTo(1);
        assertThat(added("SET", outcomes, after)).isEqualTo(3);
        assertThat(after).hasSize(Outcome.values().length);
        assertThat(added("HEARTBEAT_TIMEOUT", losses, KeepAliveStatistics.get().getLosses()))
                .isEqualTo(1);
    }

    @Test
    void sockets_keptUnchangedAndFailed_areCountedByKind() throws Exception {
        List<String> kinds = new ArrayList<>();
        try (Socket socket = new Socket()) {
            SocketKeeper keeper = SocketKeeper.of(KeepAlive.parse("idle=11s,count=4"));
            keeper.keep(socket);
            Map<String, Long> before = ofKind("Socket");

            keeper.keep(socket);
            keeper.set(socket);
            keeper.precedence(Precedence.TIGHTEN).keep(socket);
            SocketKeeper.of(KeepAlive.parse("idle=40000s")).keep(socket);

            assertThat(added("KEPT", before, ofKind("Socket"))).isEqualTo(2);
            assertThat(added("UNCHANGED", before, ofKind("Socket"))).isEqualTo(1);
            assertThat(added("FAILED", before, ofKind("Socket"))).isEqualTo(1);
        }
        Consumer<String> listener = kinds::add;
        KeepAliveStatistics.get().addKindListener(listener);
        KeepAliveStatistics.get().removeKindListener(listener);
        assertThat(kinds).contains("Socket");
    }

    @Test
    void sockets_tooManyKinds_areCountedAsOther() {
        List<String> kinds = new ArrayList<>();
        SocketCounters counters = new SocketCounters();
        counters.addListener(kinds::add);
        for (int i = 0; i < 2 * SocketCounters.MOST_KINDS; i++) {
            counters.count("10.0.0." + i, KeptResult.KEPT);
        }

        assertThat(counters.byName()).hasSize(SocketCounters.MOST_KINDS + 1).containsKey("other");
        assertThat(kinds).hasSize(SocketCounters.MOST_KINDS + 1).doesNotHaveDuplicates();
    }

    private static Map<String, Long> ofKind(String kind) {
        return KeepAliveStatistics.get().getSockets().getOrDefault(kind, Map.of());
    }

    private static long added(String name, Map<String, Long> before, Map<String, Long> after) {
        return after.getOrDefault(name, -1L) - before.getOrDefault(name, -1L);
    }

    @Test
    void counters_areAManagedBean() throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        ObjectName name = new ObjectName("io.keepalive:type=Statistics");
        server.registerMBean(KeepAliveStatistics.get(), name);
        try {
            TabularData outcomes = (TabularData) server.getAttribute(name, "Outcomes");
            assertThat(outcomes.containsKey(new Object[] {"APPLIED"})).isTrue();
            assertThat(server.getAttribute(name, "Sockets")).isInstanceOf(TabularData.class);
        } finally {
            server.unregisterMBean(name);
        }
    }

    @Test
    void flightRecording_holdsAppliedPoliciesAndLosses() throws Exception {
        Path file = directory.resolve("test.jfr");
        try (Recording recording = new Recording();
                Socket socket = new Socket()) {
            recording.start();
            SocketKeeper.of(KeepAlive.parse("idle=40000s")).keep(socket);
            KeepAliveStatistics.get().connectionLost(lost());
            KeepAliveStatistics.get().connectionLost(closedHere());
            recording.stop();
            recording.dump(file);
        }

        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        assertThat(events)
                .filteredOn(event -> event.getEventType().getName().equals("io.keepalive.Applied"))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.getBoolean("complete")).isFalse();
                    assertThat(event.getString("report")).contains("REJECTED");
                });
        assertThat(events)
                .filteredOn(event -> event.getEventType().getName().equals("io.keepalive.ConnectionLost"))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.getString("cause")).isEqualTo("HEARTBEAT_TIMEOUT");
                    assertThat(event.getDuration("idle")).isEqualTo(Duration.ofSeconds(90));
                });
    }

    @Test
    void laterCall_isCounted_andRecordedWithItsCaller() throws Exception {
        Path file = directory.resolve("later.jfr");
        Map<String, Long> before = KeepAliveStatistics.get().getOutcomes();
        try (Recording recording = new Recording();
                Socket socket = SocketKeeper.of(KeepAlive.defaults())
                        .precedence(Precedence.TIGHTEN)
                        .socketFactory()
                        .createSocket()) {
            recording.start();
            socket.setKeepAlive(false);
            recording.stop();
            recording.dump(file);
        }

        assertThat(added("UNCHANGED", before, KeepAliveStatistics.get().getOutcomes()))
                .isEqualTo(1);
        assertThat(RecordingFile.readAllEvents(file))
                .filteredOn(event -> event.getEventType().getName().equals("io.keepalive.LaterCall"))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.getString("option")).isEqualTo("SO_KEEPALIVE");
                    assertThat(event.getString("outcome")).isEqualTo("UNCHANGED");
                    assertThat(event.getString("advice")).contains("setKeepAlive(false) was refused");
                    assertThat(event.getStackTrace().getFrames())
                            .anySatisfy(frame -> assertThat(
                                            frame.getMethod().getType().getName())
                                    .isEqualTo(TelemetryTest.class.getName()));
                });
    }

    private static ConnectionLostException lost() {
        ConnectionLoss loss = new ConnectionLoss(LossCause.HEARTBEAT_TIMEOUT, Confidence.HIGH, "2 pings unanswered");
        return new ConnectionLostException(loss, Duration.ofSeconds(90), null, null);
    }

    /** Counted, but no event: a program that closes its connections is not to fill a recording. */
    private static ConnectionLostException closedHere() {
        return new ConnectionLostException(
                new ConnectionLoss(LossCause.LOCAL_CLOSED, Confidence.HIGH, "closed here"), null);
    }
}
