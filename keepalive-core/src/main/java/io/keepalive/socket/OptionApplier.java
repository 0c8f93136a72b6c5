package io.keepalive.socket;

import io.keepalive.KeepAlive;
import io.keepalive.KeepAliveOption;
import io.keepalive.internal.linux.NoDescriptorException;
import io.keepalive.socket.KeepAliveReport.Entry;
import java.io.IOException;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Puts a policy on a socket, reads back what the socket holds, and finds an outcome for every option. Knows the rules
 * of reporting; what a value means is the policy's business, how a socket is reached {@link JdkSocket}'s.
 */
public final class OptionApplier {
    private static final KeepAliveOption[] OPTIONS = KeepAliveOption.values();

    /** Equal to nothing that a socket holds: what can't be known to be the default counts as somebody's choice. */
    private static final long UNKNOWN_DEFAULT = -1;

    private OptionApplier() {}

    /** What came of one option before anything was read back. */
    private record Attempt(Outcome outcome, String advice) {
        /** Shared, since {@link KeepAlive#set} is to allocate nothing where nothing fails. */
        static final Attempt SET = new Attempt(Outcome.SET, "");

        static final Attempt NOT_REQUESTED = new Attempt(Outcome.NOT_REQUESTED, "");
        static final Attempt DISABLED = new Attempt(Outcome.DISABLED, "-Dkeepalive.disabled=true stops every change");
        static final Attempt CLOSED = new Attempt(Outcome.CLOSED, "the socket was closed already");
    }

    public static <S> KeepAliveReport inspect(JdkSocket<S> access, S socket) {
        Attempt attempt = access.isOpen(socket) ? Attempt.NOT_REQUESTED : Attempt.CLOSED;
        Map<KeepAliveOption, Entry> entries = new EnumMap<>(KeepAliveOption.class);
        for (KeepAliveOption option : KeepAliveOption.values()) {
            entries.put(option, unrequested(option, look(access, socket, JdkSocketOptions.of(option)), attempt));
        }
        return new KeepAliveReport(access.describe(socket), entries);
    }

    public static <S> KeepAliveReport set(KeepAlive policy, JdkSocket<S> access, S socket) {
        boolean disabled = isDisabled();
        Map<KeepAliveOption, Entry> failures = null;
        for (Setting<?> setting : policy.settings()) {
            Attempt attempt = disabled ? Attempt.DISABLED : attempt(access, socket, setting, Precedence.ENFORCE);
            if (attempt.outcome() != Outcome.SET) {
                failures = failures != null ? failures : new EnumMap<>(KeepAliveOption.class);
                failures.put(setting.option(), requested(setting, OptionalLong.empty(), attempt));
            }
        }
        if (failures == null) {
            Telemetry.allSet(policy.settings().size());
            return policy.allSet();
        }
        KeepAliveReport report = policy.allSet().with(access.describe(socket), failures);
        Telemetry.applied(report);
        return report;
    }

    public static <S> KeepAliveReport apply(KeepAlive policy, JdkSocket<S> access, S socket, Precedence precedence) {
        boolean disabled = isDisabled();
        List<Setting<?>> settings = policy.settings();
        Attempt[] attempts = new Attempt[settings.size()];
        for (int i = 0; i < attempts.length; i++) {
            attempts[i] = disabled ? Attempt.DISABLED : attempt(access, socket, settings.get(i), precedence);
        }
        // Read back only now: the last option set may have changed what an earlier one holds.
        return report(settings, attempts, access, socket);
    }

    /** Finds out whether a socket holds a policy that was set before, on it or on the listener it inherits from. */
    static <S> KeepAliveReport readBack(KeepAlive policy, JdkSocket<S> access, S socket) {
        List<Setting<?>> settings = policy.settings();
        Attempt[] attempts = new Attempt[settings.size()];
        Arrays.fill(attempts, Attempt.SET);
        return report(settings, attempts, access, socket);
    }

    private static <S> KeepAliveReport report(
            List<Setting<?>> settings, Attempt[] attempts, JdkSocket<S> access, S socket) {
        Map<KeepAliveOption, Entry> entries = new EnumMap<>(KeepAliveOption.class);
        for (int i = 0; i < attempts.length; i++) {
            Setting<?> setting = settings.get(i);
            entries.put(
                    setting.option(),
                    attempts[i].outcome() == Outcome.SET
                            ? readBack(access, socket, setting)
                            : requested(setting, read(access, socket, setting.jdkOption()), attempts[i]));
        }
        for (KeepAliveOption option : OPTIONS) {
            if (!entries.containsKey(option)) {
                OptionalLong effective = access.isCheap(option)
                        ? look(access, socket, JdkSocketOptions.of(option))
                        : OptionalLong.empty();
                entries.put(option, unrequested(option, effective, Attempt.NOT_REQUESTED));
            }
        }
        KeepAliveReport report = new KeepAliveReport(access.describe(socket), entries);
        Telemetry.applied(report);
        return report;
    }

    private static boolean isDisabled() {
        return Boolean.getBoolean("keepalive.disabled");
    }

    private static <S, T> Attempt attempt(JdkSocket<S> access, S socket, Setting<T> setting, Precedence precedence) {
        if (!access.isOpen(socket)) {
            return Attempt.CLOSED;
        }
        SocketOption<T> jdkOption = setting.jdkOption();
        if (!access.supports(socket, jdkOption)) {
            return missing(access, socket, setting.option());
        }
        if (precedence != Precedence.ENFORCE) {
            OptionalLong current = read(access, socket, jdkOption);
            if (current.isPresent()
                    && !precedence.changes(
                            setting.option(), current.getAsLong(), setting.value(), () -> systemDefault(jdkOption))) {
                return new Attempt(Outcome.UNCHANGED, "precedence " + precedence);
            }
            if (precedence == Precedence.OBSERVE) {
                return new Attempt(Outcome.OBSERVED, "precedence OBSERVE");
            }
        }
        try {
            access.set(socket, jdkOption, setting.jdkValue());
            return Attempt.SET;
        } catch (UnsupportedOperationException e) {
            return missing(access, socket, setting.option());
        } catch (NoDescriptorException e) {
            return access.isListener(socket) && setting.option() == KeepAliveOption.SO_KEEPALIVE
                    ? missing(access, socket, setting.option())
                    : new Attempt(Outcome.UNSUPPORTED, Objects.requireNonNullElse(e.getMessage(), ""));
        } catch (IOException | IllegalArgumentException e) {
            return access.isOpen(socket)
                    ? new Attempt(
                            Outcome.REJECTED,
                            "the system says '" + e.getMessage() + "'; the range is "
                                    + setting.option().range())
                    : Attempt.CLOSED;
        }
    }

    /** Compares what was set with what reads back; nothing is allocated where they are the same. */
    private static <S, T> Entry readBack(JdkSocket<S> access, S socket, Setting<T> setting) {
        OptionalLong effective = OptionalLong.empty();
        try {
            T value = access.get(socket, setting.jdkOption());
            if (value.equals(setting.jdkValue())) {
                return setting.held();
            }
            effective = number(value);
        } catch (IOException | UnsupportedOperationException e) {
            // Closed meanwhile, or not readable here: the outcome tells which.
        }
        if (!access.isOpen(socket)) {
            return requested(setting, effective, Attempt.CLOSED);
        }
        String advice = effective.isEmpty()
                ? "set without an error, but it can't be read back"
                : "set without an error, but something else holds it at another value";
        return requested(setting, effective, new Attempt(Outcome.OVERRIDDEN, advice));
    }

    private static Entry requested(Setting<?> setting, OptionalLong effective, Attempt attempt) {
        return new Entry(setting.option(), setting.wanted(), effective, attempt.outcome(), attempt.advice());
    }

    private static Entry unrequested(KeepAliveOption option, OptionalLong effective, Attempt attempt) {
        return new Entry(option, OptionalLong.empty(), effective, attempt.outcome(), attempt.advice());
    }

    /** Why a socket has no such option, and what to do about it. */
    private static <S> Attempt missing(JdkSocket<S> access, S socket, KeepAliveOption option) {
        String reason = access.whyMissing(socket, option);
        if (!reason.isEmpty()) {
            return new Attempt(access.isListener(socket) ? Outcome.ON_ACCEPT : Outcome.UNSUPPORTED, reason);
        }
        if (!access.isTcp(socket)) {
            return new Attempt(
                    Outcome.UNSUPPORTED, "not a TCP socket; Unix-domain and UDP sockets have no TCP keepalive");
        }
        return switch (option) {
            case SO_KEEPALIVE ->
                new Attempt(
                        Outcome.ON_ACCEPT,
                        "a Java listener has no such option; accept through KeepAlive.server(),"
                                + " or apply the policy to each accepted socket");
            case TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT ->
                new Attempt(
                        Outcome.UNSUPPORTED,
                        JdkSocketOptions.isOwn(JdkSocketOptions.of(option))
                                ? "this Java run-time image lacks the module jdk.net;"
                                        + " add it with jlink --add-modules jdk.net"
                                : "this JDK does not offer it on this system; update the JDK (Windows: 17.0.10, or 22),"
                                        + " or set it for the whole system");
            case TCP_USER_TIMEOUT ->
                new Attempt(
                        Outcome.UNSUPPORTED,
                        "the JDK has no user timeout on its sockets"
                                + (access.remedy().isEmpty() ? "" : "; " + access.remedy())
                                + "; on Linux net.ipv4.tcp_retries2=8 bounds"
                                + " unacknowledged data at about 100s for the whole system");
        };
    }

    /** Reads what was asked for. */
    private static <S> OptionalLong read(JdkSocket<S> access, S socket, SocketOption<?> jdkOption) {
        return access.isOpen(socket) && access.supports(socket, jdkOption)
                ? value(access, socket, jdkOption)
                : OptionalLong.empty();
    }

    /** Reads what nobody asked for, if that does no harm. */
    private static <S> OptionalLong look(JdkSocket<S> access, S socket, SocketOption<?> jdkOption) {
        return access.isOpen(socket) && access.shows(socket, jdkOption)
                ? value(access, socket, jdkOption)
                : OptionalLong.empty();
    }

    static <S> OptionalLong value(JdkSocket<S> access, S socket, SocketOption<?> jdkOption) {
        try {
            return number(access.get(socket, jdkOption));
        } catch (IOException | UnsupportedOperationException e) {
            // Closed meanwhile, or not readable here: the outcome tells which.
            return OptionalLong.empty();
        }
    }

    /** What a new socket holds. Not cached: the administrator may change it under a running program. */
    private static long systemDefault(SocketOption<?> jdkOption) {
        if (jdkOption == JdkSocketOptions.USER_TIMEOUT) {
            return 0; // no system has a setting for it
        }
        try (SocketChannel fresh = SocketChannel.open()) {
            if (!fresh.supportedOptions().contains(jdkOption)) {
                return UNKNOWN_DEFAULT;
            }
            return number(fresh.getOption(jdkOption)).orElseThrow();
        } catch (IOException e) {
            throw new IllegalStateException("no new socket could be opened to read the system's default", e);
        }
    }

    static OptionalLong number(@Nullable Object value) {
        if (value instanceof Boolean flag) {
            return OptionalLong.of(flag ? 1 : 0);
        }
        return value instanceof Integer number ? OptionalLong.of(number) : OptionalLong.empty();
    }
}
