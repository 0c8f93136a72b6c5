package io.keepalive.socket;

import io.keepalive.KeepAliveOption;
import io.keepalive.internal.Switches;
import io.keepalive.socket.KeepAliveReport.Entry;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Sets the options of a policy on a socket, reads back what the socket holds, and finds an outcome for every option. */
final class OptionApplier {
    private static final KeepAliveOption[] OPTIONS = KeepAliveOption.values();

    private OptionApplier() {}

    /** The result for one option before anything is read back. */
    private record Attempt(Outcome outcome, String advice) {
        /** Shared, since {@link #set} allocates nothing where nothing fails. */
        static final Attempt SET = new Attempt(Outcome.SET, "");

        static final Attempt NOT_REQUESTED = new Attempt(Outcome.NOT_REQUESTED, "");
        static final Attempt DISABLED = new Attempt(Outcome.DISABLED, "-Dkeepalive.disabled=true stops every change");
        static final Attempt CLOSED = new Attempt(Outcome.CLOSED, "the socket was closed already");
    }

    static KeepAliveReport inspect(SocketOptions socket) {
        Attempt attempt = isOpen(socket) ? Attempt.NOT_REQUESTED : Attempt.CLOSED;
        Map<KeepAliveOption, Entry> entries = new EnumMap<>(KeepAliveOption.class);
        for (KeepAliveOption option : OPTIONS) {
            OptionalLong effective = socket.isInspectable(option) ? read(socket, option) : OptionalLong.empty();
            entries.put(option, unrequested(option, effective, attempt));
        }
        return new KeepAliveReport(socket.describe(), entries);
    }

    /**
     * Sets a policy and reads nothing back.
     *
     * @param allSet the report to return if nothing fails
     */
    static KeepAliveReport set(
            List<Setting> settings, KeepAliveReport allSet, SocketOptions socket, Precedence precedence) {
        boolean disabled = Switches.isDisabled();
        TightenPlan plan = plan(settings, socket, precedence);
        Map<KeepAliveOption, Entry> others = null;
        for (Setting setting : plan == null ? settings : plan.settings()) {
            Attempt attempt = disabled ? Attempt.DISABLED : attempt(socket, setting, precedence, plan);
            if (attempt.outcome() != Outcome.SET) {
                others = others != null ? others : new EnumMap<>(KeepAliveOption.class);
                others.put(setting.option(), requested(setting, OptionalLong.empty(), attempt));
            }
        }
        if (others == null) {
            Telemetry.allSet(settings.size(), socket.describe());
            return allSet;
        }
        KeepAliveReport report = allSet.with(socket.describe(), others);
        Telemetry.applied(report);
        return report;
    }

    /** Sets a policy and reads back what the socket holds then. */
    static KeepAliveReport apply(List<Setting> settings, SocketOptions socket, Precedence precedence) {
        boolean disabled = Switches.isDisabled();
        TightenPlan plan = plan(settings, socket, precedence);
        List<Setting> planned = plan == null ? settings : plan.settings();
        Attempt[] attempts = new Attempt[planned.size()];
        for (int i = 0; i < attempts.length; i++) {
            attempts[i] = disabled ? Attempt.DISABLED : attempt(socket, planned.get(i), precedence, plan);
        }
        // Read back only now: the last option set may have changed what an earlier one holds.
        return report(planned, attempts, socket);
    }

    /**
     * Options together may be weaker than each by itself only where there is a user timeout.
     *
     * @return null where the settings are set as they are
     */
    private static @Nullable TightenPlan plan(List<Setting> settings, SocketOptions socket, Precedence precedence) {
        if (precedence != Precedence.TIGHTEN || !isOpen(socket)) {
            return null;
        }
        boolean requestsTimeout = false;
        for (Setting setting : settings) {
            requestsTimeout |= setting.option() == KeepAliveOption.TCP_USER_TIMEOUT;
        }
        Map<KeepAliveOption, Long> held = new EnumMap<>(KeepAliveOption.class);
        for (KeepAliveOption option : OPTIONS) {
            if (option != KeepAliveOption.TCP_USER_TIMEOUT || requestsTimeout || socket.isCheap(option)) {
                OptionalLong value = read(socket, option);
                if (value.isPresent()) {
                    held.put(option, value.getAsLong());
                } else if (option == KeepAliveOption.TCP_USER_TIMEOUT
                        && whyMissing(socket, option).isEmpty()) {
                    held.put(option, 0L); // not to be read before the socket is connected
                }
            }
        }
        return TightenPlan.of(settings, held);
    }

    /** Finds out whether a socket holds a policy that was set before, on it or on the listener it inherits from. */
    static KeepAliveReport verify(List<Setting> settings, SocketOptions socket) {
        Attempt[] attempts = new Attempt[settings.size()];
        Arrays.fill(attempts, Attempt.SET);
        return report(settings, attempts, socket);
    }

    private static KeepAliveReport report(List<Setting> settings, Attempt[] attempts, SocketOptions socket) {
        Map<KeepAliveOption, Entry> entries = new EnumMap<>(KeepAliveOption.class);
        for (int i = 0; i < attempts.length; i++) {
            Setting setting = settings.get(i);
            entries.put(
                    setting.option(),
                    attempts[i].outcome() == Outcome.SET
                            ? readBack(socket, setting)
                            : requested(setting, read(socket, setting.option()), attempts[i]));
        }
        for (KeepAliveOption option : OPTIONS) {
            if (!entries.containsKey(option)) {
                OptionalLong effective = socket.isCheap(option) && socket.isInspectable(option)
                        ? read(socket, option)
                        : OptionalLong.empty();
                entries.put(option, unrequested(option, effective, Attempt.NOT_REQUESTED));
            }
        }
        warnOfWeakCombination(entries);
        KeepAliveReport report = new KeepAliveReport(socket.describe(), entries);
        Telemetry.applied(report);
        return report;
    }

    /** Adds to the user timeout's entry that it makes the other options weaker than they are without it. */
    private static void warnOfWeakCombination(Map<KeepAliveOption, Entry> entries) {
        Entry timeout = entries.get(KeepAliveOption.TCP_USER_TIMEOUT);
        if (timeout == null || timeout.effective().orElse(0) == 0) {
            return;
        }
        Map<KeepAliveOption, Long> held = new EnumMap<>(KeepAliveOption.class);
        entries.forEach((option, entry) -> entry.effective().ifPresent(value -> held.put(option, value)));
        long with = TightenPlan.detectionSeconds(held);
        long without = TightenPlan.withoutUserTimeout(held);
        if (with > without) {
            String weaker = "Linux ignores the count with a user timeout: a dead idle connection is found after " + with
                    + "s, without it after " + without + "s";
            entries.put(
                    timeout.option(),
                    new Entry(
                            timeout.option(),
                            timeout.requested(),
                            timeout.effective(),
                            timeout.outcome(),
                            timeout.advice().isEmpty() ? weaker : timeout.advice() + "; " + weaker));
        }
    }

    private static Attempt attempt(
            SocketOptions socket, Setting setting, Precedence precedence, @Nullable TightenPlan plan) {
        if (!isOpen(socket)) {
            return Attempt.CLOSED;
        }
        KeepAliveOption option = setting.option();
        String whyMissing = whyMissing(socket, option);
        if (!whyMissing.isEmpty()) {
            return missing(socket, option, whyMissing);
        }
        String whyLeft = plan == null ? null : plan.left().get(option);
        if (whyLeft != null) {
            return new Attempt(Outcome.UNCHANGED, whyLeft);
        }
        if (precedence != Precedence.ENFORCE) {
            OptionalLong current = read(socket, option);
            if (current.isPresent()
                    && !precedence.changes(
                            option,
                            current.getAsLong(),
                            setting.value(),
                            () -> JdkSocketOptions.systemDefault(option))) {
                return new Attempt(Outcome.UNCHANGED, "precedence " + precedence);
            }
            if (precedence == Precedence.OBSERVE) {
                return new Attempt(Outcome.OBSERVED, "precedence OBSERVE");
            }
        }
        try {
            socket.set(option, setting.value());
            return Attempt.SET;
        } catch (UnsupportedOperationException e) {
            return missing(socket, option, Objects.requireNonNullElse(e.getMessage(), "this socket lacks the option"));
        } catch (IOException | RuntimeException | LinkageError e) {
            return refused(socket, setting, e);
        }
    }

    /**
     * Distinguishes a refused value from an option that the socket lacks: a socket that has the option accepts the value that it holds
     * already. Decided without the text, which depends on the language, and without the error, which depends on the system:
     * EINVAL, ENOPROTOOPT, EOPNOTSUPP, EPERM and ENOSYS all occur.
     */
    private static Attempt refused(SocketOptions socket, Setting setting, Throwable refusal) {
        KeepAliveOption option = setting.option();
        if (!isOpen(socket)) {
            return Attempt.CLOSED;
        }
        String words = "the system says '" + Objects.requireNonNullElse(refusal.getMessage(), refusal.toString()) + "'";
        if (socket.isDead()) {
            return new Attempt(Outcome.CLOSED, "the connection has ended already: " + words);
        }
        OptionalLong held = value(socket, option);
        if (held.isPresent() && takes(socket, option, held.getAsLong())) {
            return new Attempt(Outcome.REJECTED, words + "; the range is " + option.range());
        }
        return isOpen(socket)
                ? missing(socket, option, words + " for every value: this socket, system or sandbox lacks the option")
                : Attempt.CLOSED;
    }

    private static boolean takes(SocketOptions socket, KeepAliveOption option, long value) {
        try {
            socket.set(option, value);
            return true;
        } catch (IOException | RuntimeException | LinkageError e) {
            return false;
        }
    }

    private static boolean isOpen(SocketOptions socket) {
        try {
            return socket.isOpen();
        } catch (RuntimeException | LinkageError e) {
            return true; // the options say more
        }
    }

    private static String whyMissing(SocketOptions socket, KeepAliveOption option) {
        try {
            return socket.whyMissing(option);
        } catch (RuntimeException | LinkageError e) {
            return "this socket does not list its options: " + e;
        }
    }

    private static Attempt missing(SocketOptions socket, KeepAliveOption option, String why) {
        return new Attempt(socket.isSetOnAccept(option) ? Outcome.ON_ACCEPT : Outcome.UNSUPPORTED, why);
    }

    /** Compares the value set with the value held; allocates nothing where they are equal. */
    private static Entry readBack(SocketOptions socket, Setting setting) {
        OptionalLong effective = OptionalLong.empty();
        try {
            long value = socket.get(setting.option());
            if (value == setting.value()) {
                return setting.held();
            }
            effective = OptionalLong.of(value);
        } catch (IOException | RuntimeException | LinkageError e) {
            // Closed meanwhile, or not readable here: the outcome shows which.
        }
        if (!isOpen(socket)) {
            return requested(setting, effective, Attempt.CLOSED);
        }
        String advice = effective.isEmpty()
                ? "set without an error, but it can't be read back"
                : "set without an error, but something else holds it at another value";
        return requested(setting, effective, new Attempt(Outcome.OVERRIDDEN, advice));
    }

    private static Entry requested(Setting setting, OptionalLong effective, Attempt attempt) {
        return new Entry(setting.option(), setting.wanted(), effective, attempt.outcome(), attempt.advice());
    }

    private static Entry unrequested(KeepAliveOption option, OptionalLong effective, Attempt attempt) {
        return new Entry(option, OptionalLong.empty(), effective, attempt.outcome(), attempt.advice());
    }

    /** Reads an option; empty if it is missing, or if the socket is closed. */
    private static OptionalLong read(SocketOptions socket, KeepAliveOption option) {
        return isOpen(socket) && whyMissing(socket, option).isEmpty() ? value(socket, option) : OptionalLong.empty();
    }

    static OptionalLong value(SocketOptions socket, KeepAliveOption option) {
        try {
            return OptionalLong.of(socket.get(option));
        } catch (IOException | RuntimeException | LinkageError e) {
            // Closed meanwhile, or not readable here: the outcome shows which.
            return OptionalLong.empty();
        }
    }
}
