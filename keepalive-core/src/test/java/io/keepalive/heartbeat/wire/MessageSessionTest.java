package io.keepalive.heartbeat.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.heartbeat.Heartbeat;
import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatFormat;
import io.keepalive.loss.LossCause;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MessageSessionTest {
    private static final long MS = 1_000_000;
    private static final HeartbeatConfig CONFIG =
            HeartbeatConfig.parse("ping-idle=10s,pong-timeout=5s,max-missed-pongs=2,beat-interval=4s,jitter=0%");

    /** A protocol of lines that has words for all of it. */
    private static final class Words implements HeartbeatFormat<String> {
        @Override
        public @Nullable String beat() {
            return "beat";
        }

        @Override
        public @Nullable String ping(long id) {
            return "ping " + id;
        }

        @Override
        public @Nullable String pong(long id) {
            return "pong " + id;
        }

        @Override
        public String close() {
            return "bye";
        }

        @Override
        public boolean read(String message, Signals signals) {
            String[] words = message.split(" ", -1);
            switch (words[0]) {
                case "beat" -> signals.onBeat();
                case "ping" -> signals.onPing(Long.parseLong(words[1]));
                case "pong" -> {
                    if (words.length > 1) {
                        signals.onPong(Long.parseLong(words[1]));
                    } else {
                        signals.onPong();
                    }
                }
                default -> {
                    return false;
                }
            }
            return true;
        }
    }

    private final Heartbeat heartbeat = new Heartbeat(CONFIG, 1, 0);
    private final MessageSession<String> messages = new MessageSession<>(heartbeat, new Words());
    private long now;
    private int ticks;

    /** Ticks until there is something to send that begins like this. */
    private String awaitMessage(MessageSession<String> from, String start) {
        while (from.heartbeat().loss().isEmpty()) {
            for (String next = from.next(); next != null; next = from.next()) {
                if (next.startsWith(start)) {
                    return next;
                }
            }
            now = from.heartbeat().dueNanos();
            from.heartbeat().onTick(now, true, true, now); // a queue that moves: what is out is told of
        }
        throw new AssertionError(from.heartbeat().loss());
    }

    @Test
    void read_whatIsNotOfTheHeartbeat_isTheApplications() {
        assertThat(messages.read("data", 1)).isFalse();
        assertThat(heartbeat.peerSupportsHeartbeats()).isFalse();
        assertThat(messages.read("beat", 2)).isTrue();
        assertThat(heartbeat.peerSupportsHeartbeats()).isTrue();
        assertThat(messages.heartbeat()).isSameAs(heartbeat);
    }

    @Test
    void ping_isAnsweredByAPongWithItsId_once() {
        assertThat(messages.read("ping 7", 1)).isTrue();
        assertThat(messages.next()).isEqualTo("pong 7");
        assertThat(messages.next()).isNull();
    }

    @Test
    void silence_leadsToAPing_andItsRoundTripStartsWhenItWasFlushed() {
        String question = awaitMessage(messages, "ping");
        assertThat(now).isEqualTo(10_000 * MS);
        assertThat(messages.isPingQueued()).isTrue();
        messages.onFlushed(now + 300 * MS);
        assertThat(messages.isPingQueued()).isFalse();
        messages.onFlushed(now + 310 * MS); // nothing was given out since

        assertThat(messages.read(question.replace("ping", "pong"), now + 320 * MS))
                .isTrue();
        assertThat(heartbeat.lastRttNanos()).isEqualTo(20 * MS);
    }

    @Test
    void pongWithoutAnId_isThatOfTheLastPing() {
        awaitMessage(messages, "ping");
        messages.onFlushed(now);
        assertThat(messages.read("pong", now + 20 * MS)).isTrue();
        assertThat(heartbeat.lastRttNanos()).isEqualTo(20 * MS);
    }

    @Test
    void beatIsDue_isSent() {
        heartbeat.onTick(4_000 * MS, true, false, 0);
        assertThat(messages.next()).isEqualTo("beat");
        assertThat(messages.next()).isNull();
        assertThat(messages.isPingQueued()).isFalse();
    }

    @Test
    void beatDue_inAProtocolWithoutBeats_aPingTakesItsPlace() {
        MessageSession<String> asking = new MessageSession<>(heartbeat, new HeartbeatFormat<>() {
            @Override
            public @Nullable String ping(long id) {
                return "ping " + id;
            }

            @Override
            public boolean read(String message, Signals signals) {
                return false;
            }
        });
        heartbeat.onTick(4_000 * MS, true, false, 0);
        assertThat(asking.next()).isEqualTo("ping 0");
        assertThat(asking.isPingQueued()).isFalse(); // nobody waits for its answer
    }

    @Test
    void aProtocolWithoutWords_sendsNothing_andEnds() {
        MessageSession<String> mute = new MessageSession<>(heartbeat, (message, signals) -> false);
        heartbeat.onPing(7, 0);
        heartbeat.onTick(4_000 * MS, true, false, 0);
        assertThat(mute.next()).isNull();
    }

    // ---- close

    @Test
    void close_sendsTheWordOfTheProtocolOnce_andShutsTheOutputBehindIt() {
        heartbeat.onPing(7, now);
        messages.close(now);
        messages.onFlushed(now);
        assertThat(messages.pollClose()).as("the word was not sent yet").isEqualTo(LingeringClose.Action.NONE);

        assertThat(messages.next()).as("and no PONG").isEqualTo("bye");
        assertThat(messages.next()).isNull();
        messages.onFlushed(now);
        assertThat(messages.pollClose()).isEqualTo(LingeringClose.Action.SHUT_OUTPUT);
        messages.onInputEnded(now);
        assertThat(messages.pollClose()).isEqualTo(LingeringClose.Action.CLOSE);

        ConnectionEnd end = Objects.requireNonNull(messages.end());
        assertThat(end.by()).isEqualTo(ConnectionEnd.By.THIS_SIDE);
        assertThat(end.inOrder()).isTrue();
        assertThat(end.loss().evidence()).isEqualTo("closed here");
    }

    @Test
    void abort_sendsNoWordMore() {
        messages.abort(now);
        assertThat(messages.next()).isNull();
        assertThat(messages.pollClose()).isEqualTo(LingeringClose.Action.RESET);
    }

    /** Other protocols have no rule that a peer which was sent a close stops to send. */
    @Test
    void close_peerThatStreamsForEver_isNotWaitedForLongerThanTheTimeout() {
        messages.close(now);
        assertThat(messages.next()).isEqualTo("bye");
        messages.onFlushed(now);
        while (messages.end() == null) {
            toNextTick();
            messages.onDiscarded(now);
            messages.onTick(now, true, false, 0);
        }
        assertThat(now).isEqualTo(CONFIG.closeTimeout().toNanos());
        assertThat(messages.loss().orElseThrow().cause()).isEqualTo(LossCause.LOCAL_CLOSED);
    }

    @Test
    void fin_isAHalfClose_andNoSilenceFollowsFromIt() {
        messages.read("beat", now);
        messages.onInputEnded(now);
        while (now < 600_000 * MS) {
            toNextTick();
            messages.onTick(now, true, false, 0);
            while (messages.next() != null) {
                // beats go on
            }
            messages.onFlushed(now);
        }
        assertThat(messages.end()).isNull();
        assertThat(messages.closing()).isNull();
    }

    // ---- death

    @Test
    void peerFloods_theEndIsReportedAtOnce() {
        for (int i = 0; i < 11; i++) {
            assertThat(messages.end()).isNull();
            messages.read("ping " + i, now);
        }
        assertThat(messages.loss().orElseThrow().cause()).isEqualTo(LossCause.PROTOCOL);
        assertThat(messages.next()).isNull();
    }

    @Test
    void peersThatMustAnswer_areDeadIfTheyNeverDid_othersAreNot() {
        for (boolean must : new boolean[] {true, false}) {
            HeartbeatFormat<String> format = new HeartbeatFormat<>() {
                @Override
                public @Nullable String ping(long id) {
                    return "ping " + id;
                }

                @Override
                public boolean peersMustAnswer() {
                    return must;
                }

                @Override
                public boolean read(String message, Signals signals) {
                    return false;
                }
            };
            MessageSession<String> session = new MessageSession<>(CONFIG, format, 0);
            for (now = 0;
                    now < 100_000 * MS && session.end() == null;
                    now = session.heartbeat().dueNanos()) {
                session.onTick(now, true, false, 0);
                while (session.next() != null) {
                    // sent
                }
                session.onFlushed(now);
            }
            assertThat(session.end() != null).as("must answer: " + must).isEqualTo(must);
        }
    }

    /** Rule 3: the timeout of a PING starts when it leaves this process; a PING that the protocol lacks never waits. */
    @Test
    void pingThatWaitsInThisProcess_isNoMissedPong() {
        messages.read("beat", now);
        heartbeat.pingNow(Duration.ofSeconds(2), now);
        assertThat(messages.next()).startsWith("ping");
        for (int second = 1; second <= 20; second++) {
            now = second * 1000L * MS;
            messages.onTick(now, true, false, 0);
        }
        assertThat(messages.isPingQueued()).isTrue();
        assertThat(heartbeat.missedPongs()).isZero();
    }

    @Test
    void formatWithoutAChoice_sendsAHeartbeatAtTheStart_andHasNoOtherWords() {
        HeartbeatFormat<String> format = (message, signals) -> false;
        assertThat(format.beatsAtStart()).isTrue();
        assertThat(format.peersMustAnswer()).isFalse();
        assertThat(format.close()).isNull();
    }

    private void toNextTick() {
        assertThat(++ticks).as("ticks so far").isLessThan(10_000); // so that what never ends fails at once
        now = heartbeat.dueNanos();
    }
}
