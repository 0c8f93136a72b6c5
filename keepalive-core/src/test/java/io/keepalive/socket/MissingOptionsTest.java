package io.keepalive.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.keepalive.KeepAlive;
import io.keepalive.KeepAliveOption;
import java.io.IOException;
import java.net.SocketException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One missing option, or two, must not cost the others. */
class MissingOptionsTest {
    private static final List<Supplier<Throwable>> REFUSALS = List.of(
            () -> new SocketException("Invalid argument"),
            () -> new SocketException("Protocol not available"),
            () -> new SocketException("Operation not supported"),
            () -> new SocketException("Operation not permitted"),
            () -> new SocketException("Function not implemented"),
            () -> new IOException("Das Argument ist ungültig"),
            () -> new IllegalStateException("a double of a test"),
            NullPointerException::new,
            () -> new NoSuchMethodError("setOption"));

    /** Where an option fails. */
    enum Fault {
        AT_GET,
        AT_SET,
        AT_BOTH,
        /** Only the value of the policy. */
        FOR_THE_VALUE,
        WHEN_LISTED
    }

    private static final class FaultySocket implements SocketOptions {
        final Map<KeepAliveOption, Long> values = new EnumMap<>(KeepAliveOption.class);
        final Set<KeepAliveOption> faulty;
        final Fault fault;
        final Supplier<Throwable> refusal;
        boolean dead;

        FaultySocket(Set<KeepAliveOption> faulty, Fault fault, Supplier<Throwable> refusal) {
            this.faulty = faulty;
            this.fault = fault;
            this.refusal = refusal;
            values.put(KeepAliveOption.SO_KEEPALIVE, 0L);
            values.put(KeepAliveOption.TCP_KEEPIDLE, 7200L);
            values.put(KeepAliveOption.TCP_KEEPINTVL, 75L);
            values.put(KeepAliveOption.TCP_KEEPCNT, 9L);
            values.put(KeepAliveOption.TCP_USER_TIMEOUT, 0L);
        }

        @Override
        public long get(KeepAliveOption option) throws IOException {
            failIf(faulty.contains(option) && (fault == Fault.AT_GET || fault == Fault.AT_BOTH));
            return values.getOrDefault(option, 0L);
        }

        @Override
        public void set(KeepAliveOption option, long value) throws IOException {
            boolean held = values.getOrDefault(option, 0L) == value;
            failIf(faulty.contains(option)
                    && (fault == Fault.AT_SET || fault == Fault.AT_BOTH || (fault == Fault.FOR_THE_VALUE && !held)));
            values.put(option, value);
        }

        @Override
        public String whyMissing(KeepAliveOption option) {
            if (faulty.contains(option) && fault == Fault.WHEN_LISTED) {
                throw new IllegalStateException("supportedOptions");
            }
            return "";
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public boolean isDead() {
            return dead;
        }

        @Override
        public String describe() {
            return "FaultySocket";
        }

        private void failIf(boolean fails) throws IOException {
            if (!fails) {
                return;
            }
            Throwable thrown = refusal.get();
            if (thrown instanceof IOException e) {
                throw e;
            }
            if (thrown instanceof RuntimeException e) {
                throw e;
            }
            throw (Error) thrown;
        }
    }

    @ParameterizedTest
    @EnumSource
    void keep_anyOneOrTwoOptionsFail_othersAreApplied(Fault fault) throws Exception {
        for (Precedence precedence : List.of(Precedence.ENFORCE, Precedence.TIGHTEN, Precedence.RESPECT)) {
            SocketKeeper keeper = SocketKeeper.of(KeepAlive.parse("outliving=4m,user-timeout=auto"))
                    .precedence(precedence);
            for (Supplier<Throwable> refusal : REFUSALS) {
                for (KeepAliveOption first : KeepAliveOption.values()) {
                    for (KeepAliveOption second : KeepAliveOption.values()) {
                        Set<KeepAliveOption> faulty = EnumSet.of(first, second);
                        FaultySocket socket = new FaultySocket(faulty, fault, refusal);
                        KeepAliveReport report = keeper.keep(socket);
                        for (KeepAliveReport.Entry entry : report.entries()) {
                            assertThat(entry.outcome())
                                    .as(precedence + " " + faulty + " " + refusal.get() + ": " + report)
                                    .isEqualTo(faulty.contains(entry.option()) ? expected(fault) : Outcome.APPLIED);
                        }
                        FaultySocket another = new FaultySocket(faulty, fault, refusal);
                        assertThatCode(() -> keeper.set(another)).doesNotThrowAnyException();
                        assertThatCode(() -> KeepAliveReport.inspect(another)).doesNotThrowAnyException();
                    }
                }
            }
        }
    }

    private static Outcome expected(Fault fault) {
        return switch (fault) {
            case AT_GET -> Outcome.OVERRIDDEN;
            case FOR_THE_VALUE -> Outcome.REJECTED;
            case AT_SET, AT_BOTH, WHEN_LISTED -> Outcome.UNSUPPORTED;
        };
    }

    @Test
    void keep_ofADeadConnection_isClosed() throws Exception {
        FaultySocket socket = new FaultySocket(EnumSet.allOf(KeepAliveOption.class), Fault.AT_SET, REFUSALS.get(0));
        socket.dead = true;

        KeepAliveReport report = SocketKeeper.of(KeepAlive.defaults()).keep(socket);

        assertThat(report.entry(KeepAliveOption.SO_KEEPALIVE).outcome()).isEqualTo(Outcome.CLOSED);
        assertThat(report.entry(KeepAliveOption.TCP_KEEPIDLE).outcome()).isEqualTo(Outcome.CLOSED);
    }

    @Test
    void keep_ofTwoRefusedOptions_reportsTheWordsOfTheSystem() throws Exception {
        FaultySocket socket =
                new FaultySocket(EnumSet.of(KeepAliveOption.TCP_USER_TIMEOUT), Fault.AT_BOTH, REFUSALS.get(2));

        KeepAliveReport report = SocketKeeper.of(KeepAlive.parse("outliving=4m,user-timeout=auto"))
                .keep(socket);

        assertThat(report.entry(KeepAliveOption.TCP_USER_TIMEOUT).advice())
                .contains("Operation not supported")
                .doesNotContain("range");
    }
}
