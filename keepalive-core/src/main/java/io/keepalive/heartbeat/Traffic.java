package io.keepalive.heartbeat;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The two counters of the traffic path, and what ticks learn from them. A superclass of {@link Heartbeat} and no object of
 * its own, since every connection has one (decision 104).
 *
 * <p>A sample shows that something was received or sent since the last one, not when. So there are two bounds: what was sent
 * or received is taken to have come right after the last sample where an early action is harmless (a BEAT, a PING), and
 * right before this one where it must not come twice too early (jitter).
 */
abstract class Traffic extends WheelEntry {
    private static final VarHandle RECEIVED;
    private static final VarHandle SENT;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            RECEIVED = lookup.findVarHandle(Traffic.class, "received", int.class);
            SENT = lookup.findVarHandle(Traffic.class, "sent", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private int received;
    private int sent;
    private int sampledReceived;
    private int sampledSent;
    /** State of a small generator: jitter differs between connections, and is the same in each run of a test. */
    private int random;

    private long sampledNanos;
    /** No byte that was received later is known. */
    private long silentSinceNanos;
    /** The tick that saw received bytes last. */
    private long receivedByNanos;
    /** No byte that was sent later is known. */
    private long sentNanos;

    Traffic(long seed, long nowNanos) {
        this.random = (int) (seed ^ seed >>> 32) * 0x9E3779B9 | 1;
        this.sampledNanos = nowNanos;
        this.silentSinceNanos = nowNanos;
        this.receivedByNanos = nowNanos;
        this.sentNanos = nowNanos;
    }

    // ---- counters

    /** Bytes were received, be it a single byte of half a message. From one thread at a time. */
    public void onReceived() {
        RECEIVED.setOpaque(this, received + 1);
    }

    /** Bytes were handed to the transport. From one thread at a time. */
    public void onSent() {
        SENT.setOpaque(this, sent + 1);
    }

    /** How often something was sent: each {@link #onSent()}, and each action polled. Starts again after 2^32. */
    public int sentCount() {
        return sent;
    }

    /** Whether anything was ever received. */
    public boolean hasReceived() {
        return (int) RECEIVED.getOpaque(this) != 0 || sampledReceived != 0;
    }

    // ---- samples

    /**
     * Rule 1: any received byte counts.
     *
     * @param graceNanos how long this process did not run: the byte may have come at the end of that
     * @return whether anything was received since the last sample
     */
    final boolean sampleReceived(long nowNanos, long graceNanos) {
        int receivedNow = (int) RECEIVED.getOpaque(this);
        if (receivedNow == sampledReceived) {
            return false;
        }
        sampledReceived = receivedNow;
        silentSinceNanos = sampledNanos + graceNanos;
        receivedByNanos = nowNanos;
        return true;
    }

    /** Rule 2: whatever was sent since the last sample is as good as a BEAT, and so is progress of waiting bytes. */
    final void sampleSent(boolean progressed) {
        int sentNow = (int) SENT.getOpaque(this);
        if (sentNow != sampledSent || progressed) {
            sampledSent = sentNow;
            sentNanos = sampledNanos;
            nextRandom(); // before any deadline is checked: a deadline that moves to the past is met now, not late
        }
    }

    final void sampled(long nowNanos) {
        sampledNanos = nowNanos;
    }

    /** Silence counts from now on. */
    final void restartSilence(long nowNanos) {
        silentSinceNanos = nowNanos;
        receivedByNanos = nowNanos;
    }

    /** A BEAT is sent now. */
    final void restartBeat(long nowNanos) {
        sentNanos = nowNanos;
    }

    /**
     * For how long nothing was received, as far as ticks reported; since reading was resumed, or since an unproven peer
     * missed its last PONG, if that was later.
     *
     * @return in nanoseconds; too long by up to the shorter of {@link HeartbeatConfig#pingIdle()} and
     *     {@link HeartbeatConfig#beatInterval()}, and by how late ticks are
     */
    public long silentNanos(long nowNanos) {
        return nowNanos - silentSinceNanos;
    }

    /** The time of the last sample. */
    final long sampledNanos() {
        return sampledNanos;
    }

    // ---- deadlines

    final long sampleDueNanos(HeartbeatConfig config) {
        return sampledNanos + config.sampleIntervalNanos();
    }

    final long beatDueNanos(HeartbeatConfig config) {
        return sentNanos + early(config.beatIntervalNanos, config);
    }

    /**
     * When silence is long enough for a PING. Jitter counts from the tick that saw bytes last, the limit from the tick before
     * that: so the two never add up, and a PING is never late.
     */
    final long pingDueNanos(HeartbeatConfig config) {
        return Deadlines.earlier(
                silentSinceNanos + config.pingIdleNanos, receivedByNanos + early(config.pingIdleNanos, config));
    }

    /** Rule 8: jitter only shortens. */
    private long early(long nanos, HeartbeatConfig config) {
        return nanos - nanos / 100 * config.jitterPercent / 65_536 * (random >>> 16);
    }

    private void nextRandom() {
        // xorshift32 (Marsaglia 2003); never 0, since it starts odd
        random ^= random << 13;
        random ^= random >>> 17;
        random ^= random << 5;
    }

    final int random() {
        return random;
    }
}
