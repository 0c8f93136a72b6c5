package io.keepalive.socket;

import io.keepalive.KeepAliveOption;
import io.keepalive.internal.Switches;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The policy on one socket of a factory, and what becomes of later calls of the program that set its options. Thread-safe.
 */
final class LaterCalls {
    /** The socket's own implementation of a call that sets an option. */
    interface Call<E extends IOException> {
        void run() throws E;
    }

    private final SocketKeeper keeper;
    private final Socket socket;
    private final Object lock = new Object();

    /** The latest report; null until the policy is applied. Later calls are decided about from then on. */
    private volatile @Nullable KeepAliveReport report;

    /**
     * The calls on a socket.
     *
     * @param socket what carries out a call: the socket itself, or the one that it wraps
     */
    LaterCalls(SocketKeeper keeper, Socket socket) {
        this.keeper = keeper;
        this.socket = socket;
    }

    /** Applies the policy as a whole, to a new socket. */
    void keepNew() throws KeepAliveException {
        report = keeper.keepNew(JdkSocketOptions.of(socket));
    }

    /** Applies the policy by the keeper's precedence. */
    void keep() throws KeepAliveException {
        report = keeper.keep(socket);
    }

    /** Applies the policy again if connecting gave the socket another descriptor, as an HTTP proxy or a tunnel does. */
    void keepWhenConnected() throws KeepAliveException {
        KeepAliveReport earlier = report;
        KeepAliveReport now = KeepAliveReport.inspect(socket);
        for (Setting setting : keeper.settings()) {
            KeepAliveOption option = setting.option();
            boolean isLost = earlier == null
                    || earlier.entry(option).outcome() == Outcome.UNSUPPORTED
                    || (now.entry(option).effective().isPresent()
                            && !now.entry(option)
                                    .effective()
                                    .equals(earlier.entry(option).effective()));
            if (isLost) {
                keep();
                return;
            }
        }
    }

    /** A call of {@code setKeepAlive}. */
    void setKeepAlive(boolean on, Call<SocketException> call) throws SocketException {
        Setting setting = guarded(StandardSocketOptions.SO_KEEPALIVE);
        if (setting == null) {
            call.run();
        } else {
            decide(setting, on ? 1 : 0, "setKeepAlive(" + on + ")", call);
        }
    }

    /** A call of {@code setOption}. */
    void setOption(@Nullable SocketOption<?> name, @Nullable Object value, Call<IOException> call) throws IOException {
        Setting setting = guarded(name);
        if (setting != null && name != null && value instanceof Boolean flag) {
            decide(setting, flag ? 1 : 0, text(name, value), call);
        } else if (setting != null && name != null && value instanceof Integer number) {
            decide(setting, number, text(name, value), call);
        } else {
            call.run();
        }
    }

    private static String text(SocketOption<?> name, Object value) {
        return "setOption(" + name.name() + ", " + value + ")";
    }

    /** The policy's setting of an option; null if it has none, or if the socket did not take it in the first place. */
    private @Nullable Setting guarded(@Nullable SocketOption<?> name) {
        KeepAliveReport latest = report;
        if (latest == null || name == null || Switches.isDisabled()) {
            return null;
        }
        for (Setting setting : keeper.settings()) {
            if (name.equals(JdkSocketOptions.handle(setting.option()))) {
                return switch (latest.entry(setting.option()).outcome()) {
                    case UNSUPPORTED, REJECTED, CLOSED, DISABLED -> null;
                    default -> setting;
                };
            }
        }
        return null;
    }

    private <E extends IOException> void decide(Setting setting, long value, String text, Call<E> call)
            throws E, SocketException {
        LaterCallRule rule = LaterCallRule.on(keeper.precedence(), setting, value, text);
        if (!rule.isRefused()) {
            call.run();
        } else if (socket.isClosed()) {
            throw new SocketException("Socket is closed");
        }
        Outcome outcome = rule.outcome();
        if (outcome == null) {
            reportIfChanged(setting, rule.advice());
        } else {
            reportChange(setting.option(), outcome, rule.advice());
        }
    }

    /** The program set the value that the policy requests: reported only if the socket did not hold it before. */
    private void reportIfChanged(Setting setting, String advice) {
        KeepAliveReport.Entry entry = latest().entry(setting.option());
        if (!entry.effective().equals(entry.requested())) {
            reportChange(setting.option(), Outcome.APPLIED, advice);
        }
    }

    private void reportChange(KeepAliveOption option, Outcome outcome, String advice) {
        KeepAliveReport changed;
        synchronized (lock) {
            changed = latest().later(KeepAliveReport.inspect(socket), option, outcome, advice);
            report = changed;
        }
        Telemetry.laterCall(changed.entry(option));
        keeper.listener().accept(changed);
    }

    private KeepAliveReport latest() {
        return Objects.requireNonNull(report);
    }
}
