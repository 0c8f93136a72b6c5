package io.keepalive.heartbeat.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatEvent;
import io.keepalive.heartbeat.HeartbeatFormat;
import io.keepalive.loss.LossCause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Rules 2 and 7: a peer that sends data all the time, and then hangs, is found dead. In virtual time. */
class BusyPeerTest {
    private static final HeartbeatConfig CONFIG =
            HeartbeatConfig.parse("ping-idle=2s,pong-timeout=1s,max-missed-pongs=2,beat-interval=1s");
    private static final long STEP = Duration.ofMillis(50).toNanos();
    private static final long BETWEEN_DATA = Duration.ofMillis(300).toNanos();
    private static final long HANGS_AT = Duration.ofSeconds(10).toNanos();

    private long now;

    /** A vendor's protocol that has always skipped NOPs. */
    private static final class Vendor implements HeartbeatFormat<String> {
        private final boolean beatsAtStart;

        Vendor(boolean beatsAtStart) {
            this.beatsAtStart = beatsAtStart;
        }

        @Override
        public String beat() {
            return "NOP";
        }

        @Override
        public String ping(long id) {
            return "PING " + id;
        }

        @Override
        public String pong(long id) {
            return "PONG " + id;
        }

        @Override
        public boolean beatsAtStart() {
            return beatsAtStart;
        }

        @Override
        public boolean read(String message, Signals signals) {
            String[] words = message.split(" ", -1);
            switch (words[0]) {
                case "NOP" -> signals.onBeat();
                case "PING" -> signals.onPing(Long.parseLong(words[1]));
                case "PONG" -> signals.onPong(Long.parseLong(words[1]));
                default -> {
                    return false;
                }
            }
            return true;
        }
    }

    /** One program; what it sends arrives at the other at once. */
    private final class End {
        private final MessageSession<String> session;
        private final List<HeartbeatEvent> events = new ArrayList<>();
        private final List<String> heartbeats = new ArrayList<>();
        private @Nullable End peer;
        private long nextDataNanos;

        End(HeartbeatFormat<String> format) {
            session = new MessageSession<>(CONFIG, format, now);
        }

        void run() {
            if (now - nextDataNanos >= 0) {
                nextDataNanos = now + BETWEEN_DATA;
                session.heartbeat().onSent();
                deliver("data");
            }
            if (now - session.heartbeat().dueNanos() >= 0) {
                session.onTick(now, true, false, 0);
            }
            for (String message = session.next(); message != null; message = session.next()) {
                heartbeats.add(message);
                deliver(message);
            }
            session.onFlushed(now);
            for (HeartbeatEvent event = session.heartbeat().pollEvent();
                    event != null;
                    event = session.heartbeat().pollEvent()) {
                events.add(event);
            }
        }

        private void deliver(String message) {
            if (peer != null && !hangs) {
                peer.session.heartbeat().onReceived();
                peer.session.read(message, now);
            }
        }
    }

    private boolean hangs;

    /** The two talk until the server hangs; then only the client runs. */
    private End clientOfAHangingServer(HeartbeatFormat<String> format, long untilNanos) {
        End client = new End(format);
        End server = new End(format);
        client.peer = server;
        server.peer = client;
        while (now < untilNanos && !client.session.heartbeat().isDead()) {
            hangs = now >= HANGS_AT;
            client.run();
            if (!hangs) {
                server.run();
            }
            now += STEP;
        }
        return client;
    }

    @Test
    void peerHangs_afterDataAllTheTime_isDeadWithinTheBound() {
        End client = clientOfAHangingServer(new Vendor(true), 10 * HANGS_AT);

        assertThat(client.events.get(0)).isEqualTo(new HeartbeatEvent.PeerSupportsHeartbeats());
        assertThat(client.session.heartbeat().loss().orElseThrow().cause()).isEqualTo(LossCause.HEARTBEAT_TIMEOUT);
        assertThat(Duration.ofNanos(now - HANGS_AT))
                .isLessThanOrEqualTo(CONFIG.detectionTime().plusMillis(400))
                .isGreaterThanOrEqualTo(CONFIG.toleratedSilence().minusMillis(400));
    }

    @Test
    void busyConnection_sendsOneHeartbeat_withinTheFirstInterval() {
        End client = clientOfAHangingServer(new Vendor(true), HANGS_AT - STEP);

        assertThat(client.heartbeats).containsExactly("NOP");
        assertThat(client.session.heartbeat().peerSupportsHeartbeats()).isTrue();
    }

    @Test
    void formatThatAllowsNoHeartbeatAtTheStart_getsNone_andThePeerIsReportedAgainAndAgain() {
        End client = clientOfAHangingServer(
                new Vendor(false), HANGS_AT + 3 * CONFIG.detectionTime().toNanos());

        assertThat(client.session.heartbeat().isDead()).isFalse();
        assertThat(client.heartbeats).doesNotContain("NOP");
        assertThat(client.events)
                .filteredOn(HeartbeatEvent.PeerUnresponsive.class::isInstance)
                .hasSizeGreaterThanOrEqualTo(2)
                .contains(new HeartbeatEvent.PeerUnresponsive(2));
    }
}
