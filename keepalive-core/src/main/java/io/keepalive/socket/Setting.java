package io.keepalive.socket;

import io.keepalive.KeepAliveOption;
import io.keepalive.internal.DurationText;
import io.keepalive.internal.KernelTime;
import java.net.SocketOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One option and the value that a policy wants for it, as the kernel counts.
 *
 * @param option the option
 * @param jdkOption the handle on it
 * @param jdkValue the value as the JDK takes it
 * @param wanted the value in the option's unit, never empty: reports share it
 * @param held what reports say of a socket that holds the value; shared by all of them
 */
public record Setting<T>(
        KeepAliveOption option,
        SocketOption<T> jdkOption,
        T jdkValue,
        OptionalLong wanted,
        KeepAliveReport.Entry held) {

    /** {@code SO_KEEPALIVE} comes last, so that the first idle period is already counted by the new values. */
    public static List<Setting<?>> listOf(
            boolean on,
            @Nullable Duration idle,
            @Nullable Duration interval,
            @Nullable Integer count,
            @Nullable Duration userTimeout) {
        List<Setting<?>> settings = new ArrayList<>();
        if (idle != null) {
            int seconds = KernelTime.wholeSeconds(idle);
            settings.add(
                    number(KeepAliveOption.TCP_KEEPIDLE, seconds, askedIfRounded(idle, Duration.ofSeconds(seconds))));
        }
        if (interval != null) {
            int seconds = KernelTime.wholeSeconds(interval);
            settings.add(number(
                    KeepAliveOption.TCP_KEEPINTVL, seconds, askedIfRounded(interval, Duration.ofSeconds(seconds))));
        }
        if (count != null) {
            settings.add(number(KeepAliveOption.TCP_KEEPCNT, count, ""));
        }
        if (userTimeout != null) {
            int millis = KernelTime.wholeMillis(userTimeout);
            settings.add(number(
                    KeepAliveOption.TCP_USER_TIMEOUT, millis, askedIfRounded(userTimeout, Duration.ofMillis(millis))));
        }
        settings.add(of(KeepAliveOption.SO_KEEPALIVE, Boolean.class, on, on ? 1 : 0, ""));
        return List.copyOf(settings);
    }

    /** The value in the option's unit. */
    public long value() {
        return wanted.getAsLong();
    }

    private static Setting<Integer> number(KeepAliveOption option, int value, String asked) {
        return of(option, Integer.class, value, value, asked);
    }

    /** Takes the value as it was asked for, if it had to be rounded; otherwise an empty text. */
    private static <T> Setting<T> of(KeepAliveOption option, Class<T> type, T jdkValue, long value, String asked) {
        OptionalLong wanted = OptionalLong.of(value);
        KeepAliveReport.Entry held = asked.isEmpty()
                ? new KeepAliveReport.Entry(option, wanted, wanted, Outcome.APPLIED, "")
                : new KeepAliveReport.Entry(
                        option,
                        wanted,
                        wanted,
                        Outcome.ROUNDED,
                        asked + " asked for; the kernel counts whole units, rounded up");
        return new Setting<>(option, handle(option, type), jdkValue, wanted, held);
    }

    private static String askedIfRounded(Duration asked, Duration rounded) {
        return asked.equals(rounded) ? "" : DurationText.format(asked);
    }

    @SuppressWarnings("unchecked") // the type of the option's values was compared
    private static <T> SocketOption<T> handle(KeepAliveOption option, Class<T> type) {
        SocketOption<?> handle = JdkSocketOptions.of(option);
        if (handle.type() != Objects.requireNonNull(type)) {
            throw new AssertionError(option + " takes " + handle.type());
        }
        return (SocketOption<T>) handle;
    }
}
