package io.keepalive.socket;

import io.keepalive.KeepAlive;
import io.keepalive.KeepAliveOption;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A socket that has a policy and judges what the program does to its options afterwards. A TLS socket layered on top
 * passes such calls on to here. As thread-safe as any socket.
 */
final class KeptSocket extends Socket {
    /** The JDK's own way to set an option. */
    private interface Call<E extends IOException> {
        void run() throws E;
    }

    private final Keeping keeping;
    private final Object lock = new Object();

    /** What became of the policy so far; null until it is applied, and calls are judged from then on. */
    private volatile @Nullable KeepAliveReport report;

    KeptSocket(Keeping keeping) {
        this.keeping = keeping;
    }

    /** Applies the policy: once, before anybody else has this socket. */
    void keep() {
        report = keeping.applyToNew(this);
    }

    @Override
    public void setKeepAlive(boolean on) throws SocketException {
        Setting<?> setting = guarded(StandardSocketOptions.SO_KEEPALIVE);
        if (setting == null) {
            super.setKeepAlive(on);
        } else {
            judge(setting, on ? 1 : 0, "setKeepAlive(" + on + ")", () -> super.setKeepAlive(on));
        }
    }

    @Override
    public <T> Socket setOption(SocketOption<T> name, T value) throws IOException {
        Setting<?> setting = guarded(name);
        if (setting != null && value instanceof Boolean flag) {
            judge(setting, flag ? 1 : 0, call(name, value), () -> super.setOption(name, value));
        } else if (setting != null && value instanceof Integer number) {
            judge(setting, number, call(name, value), () -> super.setOption(name, value));
        } else {
            super.setOption(name, value);
        }
        return this;
    }

    private static String call(SocketOption<?> name, Object value) {
        return "setOption(" + name.name() + ", " + value + ")";
    }

    /** What the policy wants of this option; null if nothing, or if it could not be had in the first place. */
    private @Nullable Setting<?> guarded(@Nullable SocketOption<?> name) {
        KeepAliveReport soFar = report;
        if (soFar == null || name == null || Boolean.getBoolean("keepalive.disabled")) {
            return null;
        }
        for (Setting<?> setting : keeping.policy().settings()) {
            if (name.equals(setting.jdkOption())) {
                return switch (soFar.entry(setting.option()).outcome()) {
                    case UNSUPPORTED, REJECTED, CLOSED, DISABLED -> null;
                    default -> setting;
                };
            }
        }
        return null;
    }

    private <E extends IOException> void judge(Setting<?> setting, long value, String text, Call<E> call)
            throws E, SocketException {
        OptionOverride ruling = OptionOverride.on(keeping.precedence(), setting, value, text);
        if (!ruling.isRefused()) {
            call.run();
        } else if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
        Outcome outcome = ruling.outcome();
        if (outcome == null) {
            tellIfNews(setting, ruling.advice());
        } else {
            tell(setting.option(), outcome, ruling.advice());
        }
    }

    /** The program set what the policy wants anyway: news only if it was not so before. */
    private void tellIfNews(Setting<?> setting, String advice) {
        KeepAliveReport.Entry entry = soFar().entry(setting.option());
        if (!entry.effective().equals(entry.requested())) {
            tell(setting.option(), Outcome.APPLIED, advice);
        }
    }

    private void tell(KeepAliveOption option, Outcome outcome, String advice) {
        KeepAliveReport news;
        synchronized (lock) {
            news = soFar().later(KeepAlive.inspect(this), option, outcome, advice);
            report = news;
        }
        Telemetry.laterCall(news.entry(option));
        keeping.listener().accept(news);
    }

    private KeepAliveReport soFar() {
        return Objects.requireNonNull(report);
    }
}
