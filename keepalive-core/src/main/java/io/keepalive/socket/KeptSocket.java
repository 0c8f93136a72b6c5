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
 * A socket that has a policy and decides about later calls of the program that set its options. A TLS socket layered on
 * top passes such calls on to this one. As thread-safe as any socket.
 */
final class KeptSocket extends Socket {
    /** The JDK's implementation of a call that sets an option. */
    private interface Call<E extends IOException> {
        void run() throws E;
    }

    private final SocketKeeper keeper;
    private final Object lock = new Object();

    /** The latest report; null until the policy is applied. Later calls are decided about from then on. */
    private volatile @Nullable KeepAliveReport report;

    KeptSocket(SocketKeeper keeper) {
        this.keeper = keeper;
    }

    /** Applies the policy: once, before the program has this socket. */
    void keep() throws KeepAliveException {
        report = keeper.keepNew(JdkSocketOptions.of(this));
    }

    @Override
    public void setKeepAlive(boolean on) throws SocketException {
        Setting setting = guarded(StandardSocketOptions.SO_KEEPALIVE);
        if (setting == null) {
            super.setKeepAlive(on);
        } else {
            decide(setting, on ? 1 : 0, "setKeepAlive(" + on + ")", () -> super.setKeepAlive(on));
        }
    }

    @Override
    public <T> Socket setOption(SocketOption<T> name, T value) throws IOException {
        Setting setting = guarded(name);
        if (setting != null && value instanceof Boolean flag) {
            decide(setting, flag ? 1 : 0, call(name, value), () -> super.setOption(name, value));
        } else if (setting != null && value instanceof Integer number) {
            decide(setting, number, call(name, value), () -> super.setOption(name, value));
        } else {
            super.setOption(name, value);
        }
        return this;
    }

    private static String call(SocketOption<?> name, Object value) {
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
        OptionOverride override = OptionOverride.on(keeper.precedence(), setting, value, text);
        if (!override.isRefused()) {
            call.run();
        } else if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
        Outcome outcome = override.outcome();
        if (outcome == null) {
            reportIfChanged(setting, override.advice());
        } else {
            reportChange(setting.option(), outcome, override.advice());
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
            changed = latest().later(KeepAliveReport.inspect(this), option, outcome, advice);
            report = changed;
        }
        Telemetry.laterCall(changed.entry(option));
        keeper.listener().accept(changed);
    }

    private KeepAliveReport latest() {
        return Objects.requireNonNull(report);
    }
}
