package io.keepalive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import io.keepalive.KeepAliveOption;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sockets that are not the JDK's get the same reports. */
class SocketOptionsTest {
    private final Transport socket = new Transport();

    @Test
    void applied_isReadBack_theUserTimeoutToo() throws Exception {
        KeepAliveReport report = SocketKeeper.of(KeepAlive.parse("idle=500ms,interval=7s,count=4,user-timeout=9s"))
                .keep(socket);

        assertThat(report)
                .hasToString("Transport[SO_KEEPALIVE on APPLIED,"
                        + " TCP_KEEPIDLE 1s ROUNDED (500ms asked for; the kernel counts whole units, rounded up),"
                        + " TCP_KEEPINTVL 7s APPLIED, TCP_KEEPCNT 4 APPLIED, TCP_USER_TIMEOUT 9000ms APPLIED]");
        assertThat(socket.values).containsEntry(KeepAliveOption.SO_KEEPALIVE, 1L);
    }

    @Test
    void unasked_theUserTimeoutIsShown() throws Exception {
        socket.values.put(KeepAliveOption.TCP_USER_TIMEOUT, 5000L);

        KeepAliveReport report = SocketKeeper.of(KeepAlive.parse("idle=30s")).keep(socket);

        assertThat(report.entry(KeepAliveOption.TCP_USER_TIMEOUT))
                .extracting(
                        KeepAliveReport.Entry::outcome,
                        entry -> entry.effective().getAsLong())
                .isEqualTo(List.of(Outcome.NOT_REQUESTED, 5000L));
    }

    @Test
    void refused_isRejected_withTheSystemsWordsAndTheRange() throws Exception {
        KeepAliveReport report = SocketKeeper.of(KeepAlive.parse("idle=40000s")).keep(socket);

        KeepAliveReport.Entry idle = report.entry(KeepAliveOption.TCP_KEEPIDLE);
        assertThat(idle.outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(idle.advice()).contains("Invalid argument", "32767s");
        assertThat(idle.effective()).hasValue(7200);
    }

    @Test
    void missing_isUnsupported_withTheTransportsReason() throws Exception {
        socket.values.remove(KeepAliveOption.TCP_KEEPIDLE);

        KeepAliveReport.Entry idle =
                SocketKeeper.of(KeepAlive.defaults()).keep(socket).entry(KeepAliveOption.TCP_KEEPIDLE);

        assertThat(idle).hasToString("TCP_KEEPIDLE UNSUPPORTED (requested 30s; not here)");
    }

    @Test
    void missing_onAListener_isForAccept() throws Exception {
        socket.values.clear();
        socket.listener = true;

        KeepAliveReport report = SocketKeeper.of(KeepAlive.defaults()).keep(socket);

        assertThat(report.entries())
                .filteredOn(entry -> entry.requested().isPresent())
                .hasSize(4)
                .allMatch(entry -> entry.outcome() == Outcome.ON_ACCEPT);
        assertThat(report.isComplete()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"OBSERVE", "TIGHTEN", "RESPECT"})
    void precedence_holdsAsElsewhere(Precedence precedence) throws Exception {
        socket.values.put(KeepAliveOption.TCP_KEEPIDLE, 11L);

        KeepAliveReport report = SocketKeeper.of(KeepAlive.parse("idle=30s"))
                .precedence(precedence)
                .keep(socket);

        assertThat(report.entry(KeepAliveOption.TCP_KEEPIDLE).outcome()).isEqualTo(Outcome.UNCHANGED);
        assertThat(socket.values).containsEntry(KeepAliveOption.TCP_KEEPIDLE, 11L);
        assertThat(socket.values)
                .containsEntry(KeepAliveOption.SO_KEEPALIVE, precedence == Precedence.OBSERVE ? 0L : 1L);
    }

    @Test
    void closed_isReportedAsSuch() throws Exception {
        socket.open = false;

        assertThat(SocketKeeper.of(KeepAlive.defaults())
                        .keep(socket)
                        .entry(KeepAliveOption.SO_KEEPALIVE)
                        .outcome())
                .isEqualTo(Outcome.CLOSED);
    }

    @Test
    void inspect_changesNothing() throws Exception {
        KeepAliveReport report = KeepAliveReport.inspect(socket);

        assertThat(report.effective()).contains(KeepAlive.off());
        assertThat(socket.sets).isZero();
    }

    /** As a transport on Linux would have it. */
    private static final class Transport implements SocketOptions {
        final Map<KeepAliveOption, Long> values = new EnumMap<>(Map.of(
                KeepAliveOption.SO_KEEPALIVE,
                0L,
                KeepAliveOption.TCP_KEEPIDLE,
                7200L,
                KeepAliveOption.TCP_KEEPINTVL,
                75L,
                KeepAliveOption.TCP_KEEPCNT,
                9L,
                KeepAliveOption.TCP_USER_TIMEOUT,
                0L));
        boolean open = true;
        boolean listener;
        int sets;

        @Override
        public long get(KeepAliveOption option) {
            return values.getOrDefault(option, 0L);
        }

        @Override
        public void set(KeepAliveOption option, long value) throws IOException {
            if (value > 32767) {
                throw new IOException("Invalid argument");
            }
            sets++;
            values.put(option, value);
        }

        @Override
        public String whyMissing(KeepAliveOption option) {
            return values.containsKey(option) ? "" : "not here";
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public boolean isSetOnAccept(KeepAliveOption option) {
            return listener;
        }

        @Override
        public String describe() {
            return "Transport";
        }
    }
}
