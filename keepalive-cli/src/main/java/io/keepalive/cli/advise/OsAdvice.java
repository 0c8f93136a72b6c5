package io.keepalive.cli.advise;

import io.keepalive.KeepAlive;
import io.keepalive.KeepAliveBuilder;
import io.keepalive.KeepAliveOption;
import io.keepalive.socket.KeepAliveReport;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The settings of a whole system that amount to a policy, as text to put into its configuration: for programs that
 * can't be changed but switch {@code SO_KEEPALIVE} on, and get the system's two hours.
 *
 * <p>Each text holds the policy's values in the platform's own unit, computed from the kernel's whole seconds; leaves
 * out, and says so, what the policy leaves unset or the platform can't hold; and ends with what it can't do. Immutable
 * and thread-safe. The wording may change.
 *
 * <pre>{@code
 * OsAdvice advice = OsAdvice.of(KeepAlive.outliving(Middlebox.AZURE_LOAD_BALANCER));
 * System.out.print(advice.text(OsAdvice.Platform.LINUX)); // a file for /etc/sysctl.d
 * advice.compare(OsAdvice.systemDefaults()).forEach(System.out::println); // idle: holds 7200s, wants 120s
 * }</pre>
 *
 * @since 0.1
 */
public final class OsAdvice {
    private final KeepAlive policy;

    private OsAdvice(KeepAlive policy) {
        this.policy = policy;
    }

    /** What is configured. */
    public enum Platform {
        /**
         * A sysctl file, in seconds.
         *
         * @see <a href="https://docs.kernel.org/networking/ip-sysctl.html">docs.kernel.org: IP sysctl</a>
         */
        LINUX,

        /**
         * A registry file, in milliseconds.
         *
         * @see <a href="https://learn.microsoft.com/previous-versions/windows/it-pro/windows-2000-server/cc957549(v=technet.10)">KeepAliveTime</a>
         * @see <a href="https://learn.microsoft.com/previous-versions/windows/it-pro/windows-2000-server/cc957548(v=technet.10)">KeepAliveInterval</a>
         * @see <a href="https://learn.microsoft.com/previous-versions/windows/it-pro/windows-server-2003/cc780586(v=ws.10)">TcpMaxDataRetransmissions</a>
         * @see <a href="https://learn.microsoft.com/windows/win32/winsock/sio-keepalive-vals">Ten probes since Vista</a>
         */
        WINDOWS,

        /**
         * Sysctl commands, in milliseconds, and how to keep them over a restart (xnu, bsd/netinet/tcp_timer.c and
         * tcp_subr.c; man 5 launchd.plist).
         */
        MACOS,

        /**
         * A part of a pod's specification.
         *
         * @see <a href="https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/">kubernetes.io: sysctls</a>
         */
        KUBERNETES,

        /**
         * Arguments for {@code docker run}, and a part of a Compose file.
         *
         * @see <a href="https://docs.docker.com/reference/cli/docker/container/run/#sysctl">docs.docker.com: sysctl</a>
         */
        DOCKER,

        /**
         * A part of an Amazon ECS task definition.
         *
         * @see <a href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_SystemControl.html">SystemControl</a>
         */
        ECS,

        /**
         * A sysctl file for systemd-sysctl, and what a socket unit can set.
         *
         * @see <a href="https://www.freedesktop.org/software/systemd/man/systemd.socket.html">systemd.socket</a>
         */
        SYSTEMD
    }

    /**
     * What a system holds for one option, and what the policy wants.
     *
     * @param option the option
     * @param holds what a new socket gets, in the option's {@linkplain KeepAliveOption#unit() unit}; empty if not known
     * @param wants what the policy wants, in the same unit
     */
    public record Comparison(KeepAliveOption option, OptionalLong holds, long wants) {
        /**
         * Refuses null.
         *
         * @param option the option
         * @param holds what a new socket gets
         * @param wants what the policy wants
         */
        public Comparison {
            Objects.requireNonNull(option, "option");
            Objects.requireNonNull(holds, "holds");
        }

        /**
         * Whether the system holds what the policy wants.
         *
         * @return false also if it is not known
         */
        public boolean isMet() {
            return holds.isPresent() && holds.getAsLong() == wants;
        }

        /**
         * This comparison as a line of text.
         *
         * @return for example {@code idle: holds 7200s, wants 120s}
         */
        @Override
        public String toString() {
            String held = holds.isPresent() ? "holds " + option.format(holds.getAsLong()) : "not known";
            return option.key() + ": " + held + (isMet() ? ", as wanted" : ", wants " + option.format(wants));
        }
    }

    /**
     * Advice for a policy.
     *
     * @param policy the policy that the system is to follow
     * @return its advice
     * @throws IllegalArgumentException if the policy is {@link KeepAlive#off()}: no system has a setting that switches
     *     probing off for programs that switch it on
     */
    public static OsAdvice of(KeepAlive policy) {
        if (!policy.isOn()) {
            throw new IllegalArgumentException("policy: off (expected: a policy that is on; no system-wide setting"
                    + " switches probing off for a program that switches it on)");
        }
        return new OsAdvice(policy);
    }

    /**
     * The settings of one platform for this policy.
     *
     * @param platform what is configured
     * @return lines of at most 100 columns, each ended by a line feed
     */
    public String text(Platform platform) {
        return OsAdviceText.of(policy, platform);
    }

    /**
     * What a system holds, setting by setting, beside what the policy wants.
     *
     * @param held what the system gives to a new socket that sets nothing but {@code SO_KEEPALIVE}: of this system
     *     {@link #systemDefaults()}, of another one as it was found out there
     * @return a line for each of idle, interval, count and user timeout that the policy sets; the user timeout is a
     *     matter of sockets, and what a system holds instead ({@code tcp_retries2}) is not known here
     */
    public List<Comparison> compare(KeepAlive held) {
        List<Comparison> comparisons = new ArrayList<>();
        for (KeepAliveOption option : KeepAliveOption.values()) {
            OptionalLong wanted = option == KeepAliveOption.SO_KEEPALIVE ? OptionalLong.empty() : value(policy, option);
            if (wanted.isPresent()) {
                comparisons.add(new Comparison(option, value(held, option), wanted.getAsLong()));
            }
        }
        return comparisons;
    }

    /** In the unit of the option: seconds, a count, or milliseconds for the user timeout. */
    private static OptionalLong value(KeepAlive policy, KeepAliveOption option) {
        return switch (option) {
            case TCP_KEEPIDLE -> seconds(policy.idle());
            case TCP_KEEPINTVL -> seconds(policy.interval());
            case TCP_KEEPCNT ->
                policy.count().isPresent() ? OptionalLong.of(policy.count().getAsInt()) : OptionalLong.empty();
            case TCP_USER_TIMEOUT ->
                policy.userTimeout()
                        .map(timeout -> OptionalLong.of(timeout.toMillis()))
                        .orElse(OptionalLong.empty());
            case SO_KEEPALIVE -> OptionalLong.of(policy.isOn() ? 1 : 0);
        };
    }

    private static OptionalLong seconds(Optional<Duration> duration) {
        return duration.map(time -> OptionalLong.of(time.toSeconds())).orElse(OptionalLong.empty());
    }

    /**
     * What this system, or the container that this program runs in, gives to a new socket. Opens one and closes it; no
     * connection is made.
     *
     * @return a policy that is on, and that leaves unset what the JDK can't read here
     * @throws IllegalStateException if no socket can be opened
     */
    public static KeepAlive systemDefaults() {
        try (SocketChannel fresh = SocketChannel.open()) {
            KeepAliveReport report = KeepAliveReport.inspect(fresh);
            KeepAliveBuilder builder = KeepAlive.builder();
            positive(report, KeepAliveOption.TCP_KEEPIDLE).ifPresent(s -> builder.idle(Duration.ofSeconds(s)));
            positive(report, KeepAliveOption.TCP_KEEPINTVL).ifPresent(s -> builder.interval(Duration.ofSeconds(s)));
            positive(report, KeepAliveOption.TCP_KEEPCNT).ifPresent(n -> builder.count(Math.toIntExact(n)));
            return builder.build();
        } catch (IOException e) {
            throw new IllegalStateException("no new socket could be opened to read the system's defaults", e);
        }
    }

    private static OptionalLong positive(KeepAliveReport report, KeepAliveOption option) {
        OptionalLong value = report.entry(option).effective();
        return value.orElse(0) > 0 ? value : OptionalLong.empty();
    }
}
