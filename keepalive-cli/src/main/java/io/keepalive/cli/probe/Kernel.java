package io.keepalive.cli.probe;

import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.LossCause;
import io.keepalive.loss.TcpInfo;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;

/**
 * The kernel's keepalive as a measuring device. On Linux a probe is sent at the moment that the caller chooses: lowering
 * {@code TCP_KEEPIDLE} below the silence so far makes the keepalive timer fire at once (net/ipv4/tcp.c,
 * {@code tcp_sock_set_keepidle_locked}), while a timer that was set beforehand is up to an eighth late. Elsewhere it is the
 * kernel's timer.
 *
 * <p>Whether TCP_INFO is to be had takes up to a second to find out, since system calls have to be linked first. That is done
 * while the first connections are idle.
 */
final class Kernel {
    /** For tests: behave as on a system that has neither TCP_INFO nor a probe on demand. */
    private static final String PLAIN = "keepalive.probe.plain-kernel";

    /** Longer than any round, so that no probe is sent before its time. */
    private static final int LATER_SECONDS = 32_767;

    private static final int PROBE_EVERY_SECONDS = 1;

    /** With TCP_INFO this program gives up, not the kernel. */
    private static final int COUNT_WITH_INFO = 127;

    /** Without it the kernel does. */
    static final int COUNT_WITHOUT_INFO = 4;

    private final boolean exact;
    private final CompletableFuture<Boolean> info = new CompletableFuture<>();

    private Kernel(boolean exact) {
        this.exact = exact;
    }

    static Kernel ofThisMachine() {
        boolean linux =
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux")
                        && !Boolean.getBoolean(PLAIN);
        Kernel kernel = new Kernel(linux);
        Thread thread = new Thread(() -> kernel.info.complete(linux && hasInfo()), "probe-kernel");
        thread.setDaemon(true);
        thread.start();
        return kernel;
    }

    /** Where this JVM may make system calls: asked of a socket that is not connected. */
    private static boolean hasInfo() {
        try (SocketChannel channel = SocketChannel.open()) {
            return TcpInfo.of(channel)
                    .filter(now -> now.segmentsReceived().isPresent())
                    .isPresent();
        } catch (IOException | RuntimeException | LinkageError e) {
            return false; // then the kernel's own verdict decides
        }
    }

    /** Whether TCP_INFO may be asked; waits until that is known. */
    boolean info() {
        return info.join();
    }

    private boolean infoIsKnown() {
        return info.isDone() && info.join();
    }

    /** Before connecting. */
    void prepare(SocketChannel channel, Step.Test test) throws IOException {
        if (!channel.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
            throw new IOException(
                    "TCP_KEEPIDLE: this system or JDK has no such option (expected: Linux, macOS, or Windows"
                            + " 10 1709 and later with JDK 17.0.10, 22 or later)");
        }
        long idleSeconds = test instanceof Step.Refreshed refreshed
                ? refreshed.everyNanos() / 1_000_000_000L
                : exact ? LATER_SECONDS : test.nanos() / 1_000_000_000L;
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, (int) Math.max(1, idleSeconds));
        channel.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, PROBE_EVERY_SECONDS);
        channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, count(infoIsKnown()));
    }

    private static int count(boolean info) {
        return info ? COUNT_WITH_INFO : COUNT_WITHOUT_INFO;
    }

    /** Sends a probe now, if the kernel can be made to. */
    void probe(SocketChannel channel) throws IOException {
        if (exact) {
            channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, count(info()));
            channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 1);
        }
    }

    /** Between two probes: long enough to distinguish a lost answer from a slow one, and what the kernel can do. */
    long pace(long roundTripNanos) {
        long shortest = TimeUnit.MILLISECONDS.toNanos(exact ? 100 : 1_250);
        return Math.min(Math.max(4 * roundTripNanos, shortest), TimeUnit.SECONDS.toNanos(5));
    }

    /**
     * Segments received so far; empty where the kernel does not report it or that is not known yet, and on a connection that has
     * ended: the last segment was a reset or a FIN then, which the selector reports.
     */
    OptionalLong heard(SocketChannel channel) {
        return infoIsKnown()
                ? TcpInfo.of(channel)
                        .filter(now -> now.state() == TcpInfo.State.ESTABLISHED)
                        .map(TcpInfo::segmentsReceived)
                        .orElse(OptionalLong.empty())
                : OptionalLong.empty();
    }

    /** What an exception of this connection means: a reset, silence, or something else. */
    static Optional<Fate> fate(IOException e) {
        LossCause cause = ConnectionLoss.of(e).map(ConnectionLoss::cause).orElse(LossCause.UNKNOWN);
        return switch (cause) {
            case PEER_RESET, RESET_ON_IDLE -> Optional.of(Fate.RESET);
            case PATH_TIMEOUT -> Optional.of(Fate.SILENT);
            default -> Optional.empty();
        };
    }
}
