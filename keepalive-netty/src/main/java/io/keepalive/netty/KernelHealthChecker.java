package io.keepalive.netty;

import io.keepalive.loss.Liveness;
import io.netty.channel.Channel;
import io.netty.channel.pool.ChannelHealthChecker;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.time.Duration;

/**
 * Checks pooled channels by what the kernel knows ({@link ChannelLiveness}) before they are used again, and sends nothing. For
 * {@code SimpleChannelPool} and {@code FixedChannelPool}, whose own check, {@link ChannelHealthChecker#ACTIVE}, takes a
 * connection for healthy until a write on it has failed.
 *
 * <pre>{@code
 * new FixedChannelPool(
 *         keeper.keep(bootstrap), handler, new KernelHealthChecker(Duration.ofMinutes(3)), AcquireTimeoutAction.FAIL,
 *         1000, 20, 100);
 * }</pre>
 *
 * <p>Give it more than idle and interval of the policy together: a connection that works was acknowledged within them.
 *
 * <p>Immutable and thread-safe.
 *
 * @since 0.1
 */
public final class KernelHealthChecker implements ChannelHealthChecker {
    private final Duration within;
    private final boolean requiresEvidence;

    /**
     * A checker that takes a channel for healthy where the kernel has no evidence.
     *
     * @param within how long ago the last sign of life may be; more than 0
     */
    public KernelHealthChecker(Duration within) {
        this(within, false);
    }

    private KernelHealthChecker(Duration within, boolean requiresEvidence) {
        if (within.isZero() || within.isNegative()) {
            throw new IllegalArgumentException("within: " + within + " (expected: more than 0)");
        }
        this.within = within;
        this.requiresEvidence = requiresEvidence;
    }

    /** Returns a checker that refuses channels without evidence, too: {@link Liveness.Verdict#UNKNOWN}. */
    public KernelHealthChecker requireEvidence() {
        return new KernelHealthChecker(within, true);
    }

    @Override
    public Future<Boolean> isHealthy(Channel channel) {
        boolean healthy = channel.isActive() && isHealthy(ChannelLiveness.of(channel, within));
        return (channel.isRegistered() ? channel.eventLoop() : ImmediateEventExecutor.INSTANCE)
                .newSucceededFuture(healthy);
    }

    private boolean isHealthy(Liveness liveness) {
        return switch (liveness.verdict()) {
            case ALIVE -> true;
            case UNKNOWN -> !requiresEvidence;
            case SUSPECT, ENDED -> false;
        };
    }
}
