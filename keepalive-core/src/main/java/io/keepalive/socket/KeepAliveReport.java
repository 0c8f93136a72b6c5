package io.keepalive.socket;

import io.keepalive.KeepAlive;
import io.keepalive.KeepAliveBuilder;
import io.keepalive.KeepAliveOption;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.NetworkChannel;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;

/**
 * What became of a policy on one socket: for each option what was requested, what the socket holds now, and what to do
 * about a difference. Immutable and thread-safe.
 *
 * @since 0.1
 */
public final class KeepAliveReport {
    private final String socket;
    private final Map<KeepAliveOption, Entry> entries;

    /** Takes over a map that has an entry for each option and is not changed any more. */
    KeepAliveReport(String socket, Map<KeepAliveOption, Entry> entries) {
        this.socket = socket;
        this.entries = entries;
    }

    /**
     * Reads what a socket holds, without changing anything.
     *
     * <p>{@link KeepAliveOption#TCP_USER_TIMEOUT} is shown where it can be read without a warning of the JVM: with
     * {@code --enable-native-access} on JDK 22 or newer, or with {@code sun.nio.ch} opened, on Linux. The first
     * inspection of a socket has to find its descriptor then: some microseconds if it was opened just now, about one per
     * open descriptor (some 20 ms for 20,000) if not. Sockets that are not connected are shown without it, unless this
     * library set it.
     *
     * @param socket any TCP socket, {@code SSLSocket} included
     * @return a report in which nothing was requested
     */
    public static KeepAliveReport inspect(Socket socket) {
        return OptionApplier.inspect(JdkSocketOptions.of(socket));
    }

    /** Reads what a listener holds: see {@link #inspect(Socket)}. */
    public static KeepAliveReport inspect(ServerSocket socket) {
        return OptionApplier.inspect(JdkSocketOptions.of(socket));
    }

    /** Reads what a channel or listening channel holds: see {@link #inspect(Socket)}. */
    public static KeepAliveReport inspect(NetworkChannel channel) {
        return OptionApplier.inspect(JdkSocketOptions.of(channel));
    }

    /** Reads what a socket that is not the JDK's holds, without changing anything. */
    public static KeepAliveReport inspect(SocketOptions socket) {
        return OptionApplier.inspect(socket);
    }

    /**
     * One option on one socket.
     *
     * @param option the option
     * @param requested what the policy wants, in whole units of {@link KeepAliveOption#unit()}, 0 and 1 for off and on;
     *     empty if the policy leaves it alone
     * @param effective what the socket holds; empty if it has no such option or was not read back
     * @param outcome what became of it
     * @param advice why, and what to do about it; empty if there is nothing to say
     */
    public record Entry(
            KeepAliveOption option, OptionalLong requested, OptionalLong effective, Outcome outcome, String advice) {

        /**
         * Refuses null.
         *
         * @param option the option
         * @param requested what the policy wants
         * @param effective what the socket holds
         * @param outcome what became of it
         * @param advice why, and what to do about it
         */
        public Entry {
            Objects.requireNonNull(option, "option");
            Objects.requireNonNull(requested, "requested");
            Objects.requireNonNull(effective, "effective");
            Objects.requireNonNull(outcome, "outcome");
            Objects.requireNonNull(advice, "advice");
        }

        /**
         * This entry as a line of text.
         *
         * @return for example {@code TCP_KEEPIDLE 120s REJECTED (requested 40000s; Linux takes ...)}
         */
        @Override
        public String toString() {
            StringBuilder text = new StringBuilder(option.name());
            effective.ifPresent(value -> text.append(' ').append(option.format(value)));
            text.append(' ').append(outcome);
            String requestedText = requested.isPresent() && !requested.equals(effective)
                    ? "requested " + option.format(requested.getAsLong())
                    : "";
            String separator = requestedText.isEmpty() || advice.isEmpty() ? "" : "; ";
            if (!requestedText.isEmpty() || !advice.isEmpty()) {
                text.append(" (")
                        .append(requestedText)
                        .append(separator)
                        .append(advice)
                        .append(')');
            }
            return text.toString();
        }
    }

    /** The report of a policy that was set without an error and not read back. */
    static KeepAliveReport allSet(List<Setting> settings) {
        Map<KeepAliveOption, Entry> entries = new EnumMap<>(KeepAliveOption.class);
        for (KeepAliveOption option : KeepAliveOption.values()) {
            entries.put(
                    option, new Entry(option, OptionalLong.empty(), OptionalLong.empty(), Outcome.NOT_REQUESTED, ""));
        }
        for (Setting setting : settings) {
            entries.put(
                    setting.option(),
                    new Entry(setting.option(), setting.wanted(), OptionalLong.empty(), Outcome.SET, ""));
        }
        return new KeepAliveReport("socket", entries);
    }

    /** The kind of socket. */
    String socket() {
        return socket;
    }

    /** This report for a certain socket, on which some options went otherwise. */
    KeepAliveReport with(String describedSocket, Map<KeepAliveOption, Entry> replacements) {
        Map<KeepAliveOption, Entry> replaced = new EnumMap<>(entries);
        replaced.putAll(replacements);
        return new KeepAliveReport(describedSocket, replaced);
    }

    /**
     * This report after something was done to one of the policy's options.
     *
     * @param now what the socket holds now
     */
    KeepAliveReport later(KeepAliveReport now, KeepAliveOption changed, Outcome outcome, String advice) {
        Map<KeepAliveOption, Entry> updated = new EnumMap<>(KeepAliveOption.class);
        for (Entry old : entries.values()) {
            boolean isChanged = old.option() == changed;
            updated.put(
                    old.option(),
                    new Entry(
                            old.option(),
                            old.requested(),
                            now.entry(old.option()).effective(),
                            isChanged ? outcome : old.outcome(),
                            isChanged ? advice : old.advice()));
        }
        return new KeepAliveReport(socket, updated);
    }

    /**
     * All options.
     *
     * @return one entry for each {@link KeepAliveOption}, in its order
     */
    public List<Entry> entries() {
        return List.copyOf(entries.values());
    }

    /** The entries of the options that the policy is about; allocates no list. */
    void forEachRequested(Consumer<Entry> action) {
        for (Entry entry : entries.values()) {
            if (entry.outcome() != Outcome.NOT_REQUESTED) {
                action.accept(entry);
            }
        }
    }

    /**
     * One option.
     *
     * @param option the option
     * @return its entry
     */
    public Entry entry(KeepAliveOption option) {
        return Objects.requireNonNull(entries.get(option), "option");
    }

    /**
     * The values that the socket holds now, as a policy. An unset value means that the socket does not support the option.
     * A user timeout that this library did not set is not read; use {@link #inspect(Socket)}.
     *
     * @return empty if nothing was read back: after {@link SocketKeeper#set(Socket)}, on a closed socket, and on a
     *     listener, whose accepted sockets may or may not be probed
     */
    public Optional<KeepAlive> effective() {
        OptionalLong on = entry(KeepAliveOption.SO_KEEPALIVE).effective();
        if (on.isEmpty()) {
            return Optional.empty();
        }
        if (on.getAsLong() == 0) {
            return Optional.of(KeepAlive.off());
        }
        KeepAliveBuilder policy = KeepAlive.builder();
        held(KeepAliveOption.TCP_KEEPIDLE, value -> policy.idle(Duration.ofSeconds(value)));
        held(KeepAliveOption.TCP_KEEPINTVL, value -> policy.interval(Duration.ofSeconds(value)));
        held(KeepAliveOption.TCP_KEEPCNT, value -> policy.count((int) value));
        held(KeepAliveOption.TCP_USER_TIMEOUT, value -> policy.userTimeout(Duration.ofMillis(value)));
        return Optional.of(policy.build());
    }

    /** Skips 0, which is the kernel's "unset". */
    private void held(KeepAliveOption option, LongConsumer action) {
        long value = entry(option).effective().orElse(0);
        if (value > 0) {
            action.accept(value);
        }
    }

    /**
     * How long a dead, idle connection goes unnoticed with what the socket holds now.
     *
     * @return {@link KeepAlive#detectionTime()} of {@link #effective()}; empty if for ever, or if not read back
     */
    public Optional<Duration> detectionTime() {
        return effective().flatMap(KeepAlive::detectionTime);
    }

    /**
     * The bound on {@link #detectionTime()}.
     *
     * @return {@link KeepAlive#detectionTimeAtMost()} of {@link #effective()}; empty if for ever, or if not read back
     */
    public Optional<Duration> detectionTimeAtMost() {
        return effective().flatMap(KeepAlive::detectionTimeAtMost);
    }

    /**
     * Whether the connection, with what the socket holds now, outlives a box with this idle timeout.
     *
     * @param idleTimeout after how much silence the box forgets a flow
     * @return {@link KeepAlive#outlives} of {@link #effective()}; false if not read back
     */
    public boolean outlives(Duration idleTimeout) {
        return effective().filter(policy -> policy.outlives(idleTimeout)).isPresent();
    }

    /**
     * Whether nothing {@linkplain Outcome#isFailure() failed}.
     *
     * @return true also where options were kept, observed or left for accept, as asked for
     */
    public boolean isComplete() {
        for (Entry entry : entries.values()) { // a stream would be half of what a report allocates
            if (entry.outcome().isFailure()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Insists that nothing failed.
     *
     * @return this
     * @throws KeepAliveException if an option {@linkplain Outcome#isFailure() failed}
     */
    public KeepAliveReport orThrow() throws KeepAliveException {
        if (!isComplete()) {
            throw new KeepAliveException(this);
        }
        return this;
    }

    /**
     * This report on one line, for logs.
     *
     * @return the kind of socket and all options that it holds or that were requested
     */
    @Override
    public String toString() {
        return entries.values().stream()
                .filter(entry -> entry.outcome() != Outcome.NOT_REQUESTED
                        || entry.effective().isPresent())
                .map(Entry::toString)
                .collect(Collectors.joining(", ", socket + "[", "]"));
    }
}
