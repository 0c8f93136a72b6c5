package io.keepalive.heartbeat;

import static io.keepalive.heartbeat.Timeline.plain;
import static io.keepalive.heartbeat.Timeline.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rule 11: the observers of a JVM receive the measurements of each heartbeat, on the thread that drives it. */
class HeartbeatObserversTest {
    /** Notes what the heartbeats of this test's thread report; those of other tests have other threads. */
    private static final class Notes implements HeartbeatObserver {
        final Thread thread = Thread.currentThread();
        final List<String> lines = new ArrayList<>();

        private void note(String line) {
            if (Thread.currentThread() == thread) {
                lines.add(line);
            }
        }

        @Override
        public void onRoundTrip(long rttNanos) {
            note("round trip " + rttNanos);
        }

        @Override
        public void onPongMissed() {
            note("missed");
        }

        @Override
        public void onPeerUnresponsive() {
            note("unresponsive");
        }

        @Override
        public void onLocalPause(long lateNanos) {
            note("local pause " + lateNanos);
        }
    }

    private final Notes notes = new Notes();

    @BeforeEach
    void add() {
        HeartbeatObservers.add(notes);
    }

    @AfterEach
    void remove() {
        HeartbeatObservers.remove(notes);
    }

    @Test
    void pong_isReportedWithItsRoundTripTime() {
        Timeline timeline = new Timeline(plain().build());
        timeline.to(30);
        timeline.advance(30.25);
        timeline.ponged();
        assertThat(notes.lines).containsExactly("round trip " + seconds(0.25).toNanos());
    }

    @Test
    void deadPeer_isReportedByEachMissedPong() {
        Timeline timeline = new Timeline(plain().build());
        assertThat(timeline.to(100)).last().isEqualTo("61s DEAD HEARTBEAT_TIMEOUT");
        assertThat(notes.lines).containsExactly("missed", "missed", "missed");
    }

    @Test
    void peerThatMayNotSupportHeartbeats_isReportedOnceAllPongsAreMissing() {
        Timeline timeline =
                new Timeline(HeartbeatConfig.builder().jitterPercent(0).build());
        timeline.to(60);
        assertThat(notes.lines).containsExactly("missed", "missed", "missed", "unresponsive");
    }

    @Test
    void localPause_isReportedWithTheLatenessOfTheTick_andATickOnTimeIsNot() {
        Timeline timeline = new Timeline(plain().build());
        timeline.to(7.5);
        assertThat(notes.lines).isEmpty();
        timeline.stoppedTo(18); // due at 15 s
        assertThat(notes.lines).containsExactly("local pause " + seconds(3).toNanos());
    }

    @Test
    void observerThatThrows_costsNeitherTheConnectionNorTheOtherObservers() {
        HeartbeatObserver broken = new HeartbeatObserver() {
            @Override
            public void onPongMissed() {
                if (Thread.currentThread() == notes.thread) {
                    throw new IllegalStateException("on purpose");
                }
            }
        };
        HeartbeatObservers.remove(notes);
        HeartbeatObservers.add(broken);
        HeartbeatObservers.add(notes); // behind the broken one
        try {
            Timeline timeline = new Timeline(plain().build());
            assertThat(timeline.to(100)).last().isEqualTo("61s DEAD HEARTBEAT_TIMEOUT");
            assertThat(notes.lines).hasSize(3);
        } finally {
            HeartbeatObservers.remove(broken);
        }
    }

    @Test
    void removedObserver_receivesNothingMore() {
        HeartbeatObservers.remove(notes);
        new Timeline(plain().build()).to(100);
        assertThat(notes.lines).isEmpty();
    }
}
