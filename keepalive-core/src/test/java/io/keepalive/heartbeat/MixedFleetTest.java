package io.keepalive.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.loss.LossCause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The protocol of docs/add-a-heartbeat.md in a fleet of which one half is upgraded. */
class MixedFleetTest {
    private static final long SECOND = 1_000_000_000;

    // begin: format
    /** A protocol of lines that got a heartbeat. */
    static final class LineFormat implements HeartbeatFormat<String> {
        @Override
        public String beat() {
            return ""; // empty lines have always been skipped
        }

        @Override
        public String ping(long id) {
            return "PING " + Long.toHexString(id);
        }

        @Override
        public String pong(long id) {
            return "PONG " + Long.toHexString(id);
        }

        @Override
        public boolean read(String line, Signals signals) {
            if (line.isEmpty()) {
                signals.onBeat();
            } else if (line.startsWith("PING ")) {
                signals.onPing(Long.parseUnsignedLong(line.substring(5), 16));
            } else if (line.startsWith("PONG ")) {
                signals.onPong(Long.parseUnsignedLong(line.substring(5), 16));
            } else {
                return false;
            }
            return true;
        }
    }
    // end: format

    /** One end of a connection, of this version of the program or the one before. */
    private final class End implements HeartbeatFormat.Signals {
        private final LineFormat format = new LineFormat();
        final Queue<String> sent = new ArrayDeque<>();
        final List<String> seenByApplication = new ArrayList<>();

        @Nullable
        Heartbeat heartbeat;

        End(boolean knowsHeartbeats) {
            // begin: greeting
            HeartbeatConfig onlyBeats = HeartbeatConfig.builder().oneWay().build();
            if (knowsHeartbeats) {
                sent.add("HELLO 1 heartbeat"); // the word after the version has always been skipped by old peers
                heartbeat = new Heartbeat(onlyBeats, 1, now);
            } else {
                sent.add("HELLO 1");
            }
            // end: greeting
        }

        void receive(String line) {
            if (heartbeat == null) {
                if (!line.isEmpty()) {
                    seenByApplication.add(line);
                }
                return;
            }
            // begin: receive
            heartbeat.onReceived();
            if (line.equals("HELLO 1 heartbeat")) {
                heartbeat.onBeat(); // it says so: from now on its silence counts, and it may be asked
                heartbeat.reconfigure(HeartbeatConfig.defaults(), now);
            } else if (!format.read(line, this)) {
                seenByApplication.add(line);
            }
            poll();
            // end: receive
        }

        void tick() {
            if (heartbeat != null) {
                heartbeat.onTick(now, true, false, 0);
                poll();
            }
        }

        private void poll() {
            Heartbeat mine = heartbeat();
            // begin: poll
            for (HeartbeatAction action = mine.poll(); action != HeartbeatAction.NONE; action = mine.poll()) {
                switch (action) {
                    case SEND_BEAT -> sent.add(format.beat());
                    case SEND_PONG -> sent.add(format.pong(mine.id()));
                    case SEND_PING -> {
                        sent.add(format.ping(mine.id()));
                        mine.onPingWritten(now);
                    }
                    case DEAD, NONE -> {} // close the connection: mine.loss() tells why
                }
            }
            // end: poll
        }

        private Heartbeat heartbeat() {
            return Objects.requireNonNull(heartbeat, "an old program has none");
        }

        @Override
        public void onBeat() {
            heartbeat().onBeat();
        }

        @Override
        public void onPing(long id) {
            heartbeat().onPing(id, now);
        }

        @Override
        public void onPong(long id) {
            heartbeat().onPong(id, now);
        }

        @Override
        public void onPong() {
            heartbeat().onPong(now);
        }

        boolean isLost() {
            return heartbeat != null && heartbeat.loss().isPresent();
        }
    }

    private long now;

    private void run(End client, End server, long untilNanos, boolean cut) {
        while (now < untilNanos) {
            now += SECOND;
            client.tick();
            server.tick();
            while (!client.sent.isEmpty() || !server.sent.isEmpty()) {
                String toServer = client.sent.poll();
                String toClient = server.sent.poll();
                if (toServer != null && !cut) {
                    server.receive(toServer);
                }
                if (toClient != null && !cut) {
                    client.receive(toClient);
                }
            }
        }
    }

    @Test
    void docs_quoteThisTestToTheLetter() throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/keepalive/heartbeat/MixedFleetTest.java"));
        String page = Files.readString(Path.of("../docs/add-a-heartbeat.md"));
        Matcher snippets = Pattern.compile("(?ms)^ *// begin: (\\w+)\\n(.*?)^ *// end: \\1$")
                .matcher(source);
        int count = 0;
        while (snippets.find()) {
            assertThat(page)
                    .contains("```java\n" + snippets.group(2).stripTrailing().stripIndent() + "\n```");
            count++;
        }
        assertThat(count).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({"false,false", "false,true", "true,false", "true,true"})
    void idleForADay_anyMixture_noneIsLostOrSeesUnknownFrames(boolean newClient, boolean newServer) {
        End client = new End(newClient);
        End server = new End(newServer);
        run(client, server, 86_400 * SECOND, false);
        assertThat(client.isLost() || server.isLost()).isFalse();
        assertThat(client.seenByApplication).allMatch(line -> line.startsWith("HELLO"));
        assertThat(server.seenByApplication).allMatch(line -> line.startsWith("HELLO"));
    }

    @Test
    void cut_bothNew_bothFindOutWithinTheBound() {
        End client = new End(true);
        End server = new End(true);
        run(client, server, 1000 * SECOND, false);
        run(client, server, now + HeartbeatConfig.defaults().detectionTime().toNanos() + 3 * SECOND, true);
        assertThat(client.heartbeat().loss().orElseThrow().cause()).isEqualTo(LossCause.HEARTBEAT_TIMEOUT);
        assertThat(server.heartbeat().loss().orElseThrow().cause()).isEqualTo(LossCause.HEARTBEAT_TIMEOUT);
    }

    @Test
    void cut_oldPeer_isNeverConvictedOfSilence() {
        End client = new End(true);
        End server = new End(false);
        run(client, server, 1000 * SECOND, false);
        run(client, server, now + Duration.ofHours(1).toNanos(), true);
        assertThat(client.isLost()).isFalse();
        assertThat(client.heartbeat().peerSupportsHeartbeats()).isFalse();
    }
}
