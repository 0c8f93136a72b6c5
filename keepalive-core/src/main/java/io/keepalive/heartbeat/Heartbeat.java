package io.keepalive.heartbeat;

import io.keepalive.internal.DurationText;
import io.keepalive.loss.Confidence;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.LossCause;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The heartbeat of one connection: decides when to beat, when to ask the peer, and when it is dead. It owns no thread,
 * socket, timer or clock.
 *
 * <ul>
 *   <li>On the traffic path: {@link #onReceived()} for whatever comes in, {@link #onSent()} for whatever goes out. They
 *       count, and do nothing else.
 *   <li>What was said about heartbeats: {@link #onBeat}, {@link #onPing}, {@link #onPong}, {@link #onPingWritten}.
 *   <li>Time: {@link #onTick} at {@link #dueNanos()}. A tick that comes too early does no harm.
 *   <li>Commands: {@link #pingNow}, {@link #reconfigure}.
 *   <li>What to do: {@link #poll()} after a tick or any of the above but the traffic path, until it is
 *       {@link HeartbeatAction#NONE}.
 * </ul>
 *
 * <p>A peer of which nothing is received any more is declared lost within {@link HeartbeatConfig#detectionTime()}, and
 * this process' own pauses on top, as told there. It is never declared lost
 *
 * <ul>
 *   <li>while any of its bytes come: they need not be answers, and what is in the kernel's buffer counts as soon as the
 *       connection has had one chance to read between two ticks;
 *   <li>because a write of ours succeeded or failed to: only a queue without any progress is
 *       {@linkplain LossCause#WRITE_STALLED stalled};
 *   <li>for silence while the application does not read; that has {@linkplain LossCause#READ_PAUSED its own limit};
 *   <li>for silence before it ever beat, asked or answered, unless {@link HeartbeatConfig#requireHeartbeats()}.
 * </ul>
 *
 * <p>Confined to one thread at a time, except {@link #onReceived()} and {@link #onSent()}, which may come from one other
 * thread each.
 *
 * @since 0.1
 */
public final class Heartbeat {
    /*
     *                 silent for pingIdle          left the queue
     *      HEARD ───────────────────────▶ ASKING ───────────────────▶ AWAITING
     *        ▲                              ▲                             │ nothing for pongTimeout:
     *        │ any byte, or                 │ strikes left                │ a strike
     *        │ reading paused,              └─────────────────────────────┤
     *        │ from any state but LOST                                    │ the last strike
     *        │                         a timely tick later, nothing       ▼
     *        └─────────────── LOST ◀─────────────────────────────────  SUSPECT
     *
     * At most four questions are out; then AWAITING begins without another.
     * ASKING has no deadline: a question that can't leave is a matter of the stalled write. An UNPROVEN peer goes from
     * its last strike back to HEARD. LOST is also entered from anywhere by READ_PAUSED, WRITE_STALLED and PROTOCOL.
     *
     * Counters say that something happened since the last look, not when. Sending takes the earliest moment that is
     * possible, so a beat or a question is never late. Convicting compares counters only: a byte that came a moment ago
     * always counts.
     */
    enum State {
        /** The peer was heard, or there is a reason not to expect it. */
        HEARD,
        /** A question is on its way through our send queue. */
        ASKING,
        /** A question is out; its deadline runs. */
        AWAITING,
        /** The last deadline has passed. The connection gets one chance to read what may have come long ago. */
        SUSPECT,
        LOST
    }

    private static final VarHandle RECEIVED;
    private static final VarHandle SENT;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            RECEIVED = lookup.findVarHandle(Heartbeat.class, "received", int.class);
            SENT = lookup.findVarHandle(Heartbeat.class, "sent", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    // Where it is on a HeartbeatWheel, so that being driven by one costs no object of its own.
    int wheelIndex;
    int wheelPosition;
    short wheelSlot = HeartbeatWheel.NOWHERE;

    private HeartbeatConfig config;
    private final HeartbeatListener listener;
    /** What most connections of a healthy, beating fleet never need; made when it is. */
    private @Nullable HeartbeatDetails details;

    private State state = State.HEARD;
    private byte missedPongs;
    private boolean proven;
    private boolean readPaused;
    private boolean beatDue;
    private boolean pingDue;
    private boolean checking;

    private int received;

    private int receivedMark;

    private int sent;

    private int sentMark;
    /** State of a small generator: jitter must be different on each connection, and the same in each run of a test. */
    private int random;

    private long lookedNanos;
    private long dueNanos;
    /** Nothing that was received later is known of yet. */
    private long heardNanos;
    /** Nothing that was sent later is known of yet. */
    private long sentNanos;
    /** While AWAITING or SUSPECT. */
    private long deadlineNanos;

    private long creditNanos;

    /**
     * Makes a heartbeat for a connection that has just been made.
     *
     * @param config when to do what
     * @param seed makes the jitter of this connection; connections with the same seed jitter alike
     * @param listener is told what happens on the way
     * @param nowNanos the time
     */
    public Heartbeat(HeartbeatConfig config, long seed, HeartbeatListener listener, long nowNanos) {
        this.config = Objects.requireNonNull(config, "config");
        this.listener = Objects.requireNonNull(listener, "listener");
        this.random = (int) (seed ^ seed >>> 32) * 0x9E3779B9 | 1;
        this.proven = config.requireHeartbeats;
        this.heardNanos = nowNanos;
        this.sentNanos = nowNanos;
        this.lookedNanos = nowNanos;
        this.creditNanos = config.localPauseAllowanceNanos;
        plan(nowNanos, false);
    }

    // ---- the traffic path

    /** Something was received, be it a single byte of half a message. From one thread at a time. */
    public void onReceived() {
        RECEIVED.setOpaque(this, received + 1);
    }

    /** Something was handed to the transport. From one thread at a time. */
    public void onSent() {
        SENT.setOpaque(this, sent + 1);
    }

    // ---- what was said about heartbeats

    /** The peer beat, or showed otherwise that it knows heartbeats. */
    public void onBeat() {
        proven = true;
    }

    /**
     * The peer asks. {@link #poll()} has the answer to send; at most four wait, what comes on top is not answered.
     *
     * @param id to be sent back as it is
     * @param nowNanos the time
     */
    public void onPing(long id, long nowNanos) {
        proven = true;
        if (state != State.LOST && !details().admitPing(id, nowNanos, heardNanos, config.minPingIntervalNanos)) {
            lose(new ConnectionLoss(
                    LossCause.PROTOCOL,
                    Confidence.HIGH,
                    "the peer asked more often than every " + text(config.minPingIntervalNanos)
                            + " on average, three times with more than eight questions ahead of time"));
            details().flooded = true;
        }
    }

    /**
     * The peer answers.
     *
     * @param id of the question
     * @param nowNanos the time
     */
    public void onPong(long id, long nowNanos) {
        proven = true;
        if (details != null && details.isAnswer(id)) {
            onPong(nowNanos);
        } else {
            if (details != null) {
                details.answeredEarlier();
            }
            heard(); // late, but it was alive when it answered
        }
    }

    /**
     * The peer answers, in a protocol whose answers don't say to which question.
     *
     * @param nowNanos the time
     */
    public void onPong(long nowNanos) {
        proven = true;
        long rttNanos = details == null ? -1 : details.answered(nowNanos); // before any listener, which may throw
        heard();
        if (rttNanos >= 0 && state != State.LOST) {
            HeartbeatObservers.roundTrip(rttNanos);
            listener.onAnswer(this, rttNanos);
        }
    }

    /**
     * The question polled last was handed over, and {@link #onPingWritten} will say when it has left. Until then its deadline
     * does not start, though nothing seems to wait: somebody may hold it back, a traffic shaper, say. But no longer than
     * {@link HeartbeatConfig#writeStallTimeout()}.
     */
    public void onPingQueued() {
        if (details != null && details.queued) {
            details.willBeTold = true;
        }
    }

    /**
     * The question polled last has left the send queue: its deadline starts. Where a transport can't tell, the first tick
     * that finds nothing waiting in the queue is taken for it.
     *
     * @param nowNanos the time
     */
    public void onPingWritten(long nowNanos) {
        if (details == null || !details.queued) {
            return;
        }
        details.pingWritten(nowNanos);
        if (state == State.ASKING) {
            await(nowNanos);
            plan(nowNanos, false);
        }
    }

    // ---- commands

    /**
     * Asks at once, because there is a doubt: before a pooled connection is used again, say. If nothing at all is
     * received within the time given, the peer is lost, whatever missedPongs are left; unless it is not proven to know
     * heartbeats, or the application does not read. A question that is out already serves for it. Until there is a
     * result, {@link #isChecking()}.
     *
     * <p>Each check is a question to the peer: more often than it {@linkplain HeartbeatConfig#minPingInterval() permits}
     * is a flood.
     *
     * @param within more than 0, at most 1 day; from when the question leaves the send queue, or from now if it has left
     * @param nowNanos the time
     * @throws IllegalArgumentException if out of range
     * @throws IllegalStateException if the protocol has no question to ask
     */
    public void pingNow(Duration within, long nowNanos) {
        if (within.isNegative() || within.isZero() || within.compareTo(HeartbeatConfigBuilder.LONGEST) > 0) {
            throw new IllegalArgumentException("within: " + DurationText.format(within)
                    + " (expected: more than 0, at most " + DurationText.format(HeartbeatConfigBuilder.LONGEST) + ")");
        }
        if (config.oneWay) {
            throw new IllegalStateException("pingNow: the heartbeat is one-way (expected: a protocol with a question)");
        }
        if (state == State.LOST) {
            return;
        }
        long withinNanos = within.toNanos();
        lookForReceived(); // what came before is no answer
        if (state == State.HEARD) {
            ask(nowNanos);
        }
        switch (state) {
            case ASKING -> {
                HeartbeatDetails question = details();
                question.checkWithinNanos = checking ? Math.min(question.checkWithinNanos, withinNanos) : withinNanos;
            }
            case AWAITING -> {
                // A first check may take longer than the question that is out, but not than all that are left.
                long left = checking ? 0 : (config.maxMissedPongs - missedPongs - 1) * config.pongTimeoutNanos;
                deadlineNanos = earlier(deadlineNanos + Math.max(0, left), nowNanos + withinNanos);
            }
            default -> {} // SUSPECT: convicted or heard at the next tick
        }
        checking = true;
        plan(nowNanos, false);
    }

    /**
     * Goes on with another configuration. A question that is out keeps its deadline.
     *
     * @param newConfig when to do what from now on
     * @param nowNanos the time
     */
    public void reconfigure(HeartbeatConfig newConfig, long nowNanos) {
        this.config = Objects.requireNonNull(newConfig, "newConfig");
        this.proven |= newConfig.requireHeartbeats;
        this.creditNanos = Math.min(creditNanos, newConfig.localPauseAllowanceNanos);
        if (state == State.ASKING && newConfig.oneWay) {
            await(nowNanos); // there is no question any more
        }
        plan(nowNanos, false);
    }

    /**
     * The connection ended otherwise: reset, closed, broken by the peer. Nothing is decided any more.
     *
     * @param loss why
     * @return false if it was lost already, for another reason, which stays
     */
    public boolean onLost(ConnectionLoss loss) {
        if (state == State.LOST) {
            return false;
        }
        lose(loss);
        return true;
    }

    // ---- time

    /**
     * Makes the next tick due earlier, for whoever has a deadline of its own on the same connection. For one tick only.
     *
     * @param nanos an instant; does nothing if the tick is due before
     */
    public void tickNoLaterThan(long nanos) {
        dueNanos = earlier(dueNanos, nanos);
    }

    /**
     * When to tick next. Ticks, {@link #onPingWritten}, {@link #pingNow} and {@link #reconfigure} change it; whoever
     * keeps the timer has to look again afterwards. Nothing else does.
     *
     * @return an instant in nanoseconds; meaningless once lost
     */
    public long dueNanos() {
        return dueNanos;
    }

    /**
     * Looks at what happened since the last tick, and decides.
     *
     * <p>Between two ticks the connection must have had a chance to read, where it wants to: after the process was
     * stopped, timers often run before reads. So a tick has to be called by a scheduled timer, not by a loop that
     * catches up.
     *
     * @param nowNanos the time
     * @param reading whether the connection reads: not if the application holds it back
     * @param writing whether bytes wait in this process to be written
     * @param written anything that changes whenever waiting bytes make progress, such as the number of bytes written
     */
    public void onTick(long nowNanos, boolean reading, boolean writing, long written) {
        if (state == State.LOST) {
            return;
        }
        long lateNanos = nowNanos - dueNanos;
        try {
            boolean wasPaused = grant(lateNanos);
            boolean heardSome = look(nowNanos, writing, written);
            judgeReading(nowNanos, wasPaused, reading, heardSome);
            if (!writing && details != null && !details.isHeldBack(nowNanos, config.writeStallTimeoutNanos)) {
                onPingWritten(nowNanos); // where the transport can't tell
            }
            judgeSilence(nowNanos, wasPaused);
            judgeWriting(nowNanos, wasPaused, writing);
            beatIfDue(nowNanos, writing);
        } finally {
            // Whatever a listener throws, there is a next tick.
            lookedNanos = nowNanos;
            plan(nowNanos, writing);
        }
        if (lateNanos > config.tickNanos()) {
            HeartbeatObservers.localPause(lateNanos);
            listener.onLocalPause(this, lateNanos);
        }
    }

    /**
     * Moves what runs against the peer by the time in which this process could not do anything, as far as credit goes.
     * What runs against the application is moved by all of it: it could not read either.
     *
     * @return whether there was such a time, and credit for it
     */
    private boolean grant(long lateNanos) {
        if (lateNanos <= config.tickNanos()) {
            return false;
        }
        long granted = Math.min(lateNanos, creditNanos);
        deadlineNanos += granted;
        if (details != null) {
            details.grant(lateNanos);
        }
        if (state == State.AWAITING || state == State.SUSPECT || readPaused) {
            creditNanos -= granted;
        }
        return granted > 0;
    }

    /** What the counters show happened right after the last look, for all that is known. */
    private boolean look(long nowNanos, boolean writing, long written) {
        boolean progressed = writing
                ? details().sawWriting(nowNanos, written, config.localPauseAllowanceNanos)
                : details != null && details.sawNoWriting();
        int sentNow = (int) SENT.getOpaque(this);
        if (sentNow != sentMark || progressed) {
            sentMark = sentNow;
            sentNanos = lookedNanos;
            nextRandom(); // before anything is judged: what is due by it now is done now, not late
        }
        return lookForReceived();
    }

    private boolean lookForReceived() {
        int receivedNow = (int) RECEIVED.getOpaque(this);
        if (receivedNow == receivedMark) {
            return false;
        }
        receivedMark = receivedNow;
        heardNanos = lookedNanos;
        heard();
        return true;
    }

    private void judgeReading(long nowNanos, boolean wasPaused, boolean reading, boolean heardSome) {
        if (reading) {
            if (readPaused) {
                readPaused = false;
                heardNanos = nowNanos;
            }
            return;
        }
        if (!readPaused || heardSome) {
            details().readPausedNanos = nowNanos;
        }
        readPaused = true;
        long pausedNanos = nowNanos - details().readPausedNanos;
        if (pausedNanos >= config.readPauseTimeoutNanos && !wasPaused) {
            lose(new ConnectionLoss(
                    LossCause.READ_PAUSED,
                    Confidence.HIGH,
                    "nothing was read for " + text(pausedNanos) + ", the limit is "
                            + text(config.readPauseTimeoutNanos)));
        } else {
            excuse();
        }
    }

    private void judgeSilence(long nowNanos, boolean wasPaused) {
        if (readPaused) {
            return;
        }
        switch (state) {
            case HEARD -> {
                if (nowNanos - heardNanos >= early(config.pingIdleNanos)) {
                    ask(nowNanos);
                }
            }
            case AWAITING, SUSPECT -> {
                if (nowNanos - deadlineNanos >= 0) {
                    judgeDeadline(nowNanos, wasPaused);
                }
            }
            case ASKING, LOST -> {}
        }
    }

    private void judgeDeadline(long nowNanos, boolean wasPaused) {
        if (wasPaused) {
            // What came meanwhile is not read yet. That has its price, or who is always late would wait for ever.
            deadlineNanos = nowNanos + config.tickNanos();
            creditNanos = Math.max(0, creditNanos - config.tickNanos());
        } else if (state == State.AWAITING) {
            miss(nowNanos);
        } else {
            lose(silence(nowNanos));
        }
    }

    private void judgeWriting(long nowNanos, boolean wasPaused, boolean writing) {
        if (!writing || state == State.LOST) {
            return;
        }
        HeartbeatDetails watch = details();
        long stalledNanos = nowNanos - watch.progressNanos;
        if (stalledNanos < config.writeStallTimeoutNanos) {
            watch.stallSuspected = false;
        } else if (!watch.stallSuspected || (wasPaused && watch.stallCreditNanos > 0)) {
            watch.stallSuspected = true;
            watch.stallConvictNanos = nowNanos + config.tickNanos();
        } else if (nowNanos - watch.stallConvictNanos >= 0) {
            lose(new ConnectionLoss(
                    LossCause.WRITE_STALLED,
                    Confidence.HIGH,
                    "queued bytes made no progress for " + text(stalledNanos) + ", the limit is "
                            + text(config.writeStallTimeoutNanos)));
        }
    }

    private void beatIfDue(long nowNanos, boolean writing) {
        // What waits in the queue goes out before any beat could.
        if (state != State.LOST && !writing && nowNanos - sentNanos >= early(config.beatIntervalNanos)) {
            beatDue = true;
            sentNanos = nowNanos;
        }
    }

    // ---- transitions

    private void heard() {
        if (state == State.LOST) {
            return;
        }
        int missed = missedPongs;
        excuse();
        creditNanos = config.localPauseAllowanceNanos;
        if (missed > 0) {
            listener.onRecovered(this, missed);
        }
    }

    /** Forgets what ran against the peer. */
    private void excuse() {
        if (state != State.HEARD) { // nearly never: and a reference that is stored costs the collector's threads more
            state = State.HEARD;
        }
        missedPongs = 0;
        checking = false;
        pingDue = false;
    }

    private void ask(long nowNanos) {
        if (config.oneWay || (details != null && details.isAskedEnough())) {
            await(nowNanos); // nothing to send: the time runs all the same
        } else {
            state = State.ASKING;
            pingDue = true;
        }
    }

    private void await(long nowNanos) {
        state = State.AWAITING;
        pingDue = false;
        deadlineNanos = nowNanos + (checking && details != null ? details.checkWithinNanos : config.pongTimeoutNanos);
    }

    private void miss(long nowNanos) {
        int missed = ++missedPongs;
        if (missed < config.maxMissedPongs && !checking) {
            ask(nowNanos);
        } else if (proven) {
            state = State.SUSPECT;
            deadlineNanos = nowNanos + config.tickNanos();
        } else {
            details().forgetUnanswered();
            excuse(); // an older peer, perhaps: asked again after the next silence
            heardNanos = nowNanos;
        }
        HeartbeatObservers.pongMissed();
        listener.onMissed(this, missed);
    }

    private ConnectionLoss silence(long nowNanos) {
        String asked = config.oneWay
                ? missedPongs + " more periods of " + text(config.pongTimeoutNanos)
                : missedPongs + (missedPongs == 1 ? " question" : " questions") + " unanswered";
        return new ConnectionLoss(
                LossCause.HEARTBEAT_TIMEOUT,
                Confidence.HIGH,
                "nothing was received for " + text(nowNanos - heardNanos) + " at most, " + asked);
    }

    private void lose(ConnectionLoss loss) {
        state = State.LOST;
        pingDue = false;
        beatDue = false;
        details().lost(loss);
    }

    // ---- planning

    private void plan(long nowNanos, boolean writing) {
        dueNanos = nowNanos + config.lookEveryNanos();
        planBy(lookedNanos + config.lookEveryNanos(), nowNanos);
        if (!writing) {
            planBy(sentNanos + early(config.beatIntervalNanos), nowNanos);
        }
        if (readPaused) {
            planBy(details().readPausedNanos + config.readPauseTimeoutNanos, nowNanos);
        }
        switch (state) {
            case HEARD -> {
                if (!readPaused) {
                    planBy(heardNanos + early(config.pingIdleNanos), nowNanos);
                }
            }
            case ASKING -> {
                if (!writing) {
                    planBy(nowNanos, nowNanos);
                }
            }
            case AWAITING, SUSPECT -> planBy(deadlineNanos, nowNanos);
            case LOST -> {}
        }
        if (details != null && details.watching) {
            planBy(
                    details.stallSuspected
                            ? details.stallConvictNanos
                            : details.progressNanos + config.writeStallTimeoutNanos,
                    nowNanos);
        }
    }

    /** What is due and could not be done comes again a tick later: one tick too many is harmless, a busy loop is not. */
    private void planBy(long nanos, long nowNanos) {
        dueNanos = earlier(dueNanos, nanos - nowNanos > 0 ? nanos : nowNanos + config.tickNanos());
    }

    /** By subtraction, since instants may wrap around. */
    private static long earlier(long a, long b) {
        return a - b < 0 ? a : b;
    }

    private long early(long nanos) {
        return nanos - nanos / 100 * config.jitterPercent / 65_536 * (random >>> 16);
    }

    private void nextRandom() {
        // xorshift32 (Marsaglia 2003); never 0, since it starts odd
        random ^= random << 13;
        random ^= random >>> 17;
        random ^= random << 5;
    }

    private HeartbeatDetails details() {
        if (details == null) {
            details = new HeartbeatDetails();
        }
        return details;
    }

    private static String text(long nanos) {
        return DurationText.format(Duration.ofMillis(nanos / 1_000_000));
    }

    // ---- what to do

    /**
     * The next thing to do. Whoever can't write at the moment may poll later: one beat, one question and four answers is
     * all that ever waits.
     *
     * @return {@link HeartbeatAction#NONE} if there is nothing more
     */
    public HeartbeatAction poll() {
        if (state == State.LOST) {
            return details().pollLoss() ? HeartbeatAction.LOST : HeartbeatAction.NONE;
        }
        if (details != null && details.pollPong()) {
            return sending(HeartbeatAction.SEND_PONG);
        }
        if (pingDue) {
            pingDue = false;
            details().ask(random, lookedNanos);
            return sending(HeartbeatAction.SEND_PING);
        }
        return beatDue ? sending(HeartbeatAction.SEND_BEAT) : HeartbeatAction.NONE;
    }

    private HeartbeatAction sending(HeartbeatAction action) {
        beatDue = false; // whatever is sent is as good as a beat
        onSent();
        return action;
    }

    /**
     * The id that belongs to the action polled last.
     *
     * @return eight opaque bytes
     * @throws IllegalStateException if no ping or pong was ever polled
     */
    public long id() {
        if (details == null) {
            throw new IllegalStateException("id: nothing with an id was polled yet (expected: SEND_PING or SEND_PONG)");
        }
        return details.id;
    }

    // ---- what is known

    /**
     * How often something was sent: each {@link #onSent()}, and each action polled.
     *
     * @return a count that begins anew after 2^32
     */
    public int sentCount() {
        return sent;
    }

    /**
     * Why the connection is dead.
     *
     * @return empty if it is not
     */
    public Optional<ConnectionLoss> loss() {
        return details == null ? Optional.empty() : details.loss();
    }

    /**
     * Whether the connection was given up because the peer asked too often: a protocol with words for it should say so.
     *
     * @return false for any other loss
     */
    public boolean isFlooded() {
        return details != null && details.flooded;
    }

    /**
     * Whether the peer is known to know heartbeats.
     *
     * @return true once it beat, asked or answered
     */
    public boolean peerSupportsHeartbeats() {
        return proven;
    }

    /**
     * Whether a {@link #pingNow} is under way.
     *
     * @return false once the peer was heard, as far as ticks and answers told, or is lost
     */
    public boolean isChecking() {
        return checking && state != State.LOST;
    }

    /**
     * Questions in a row that were not answered.
     *
     * @return 0 for a healthy connection
     */
    public int missedPongs() {
        return missedPongs;
    }

    /**
     * How long nothing was received, as far as ticks told; since reading was resumed, or since an unproven peer was given
     * up asking, if that was later.
     *
     * @param nowNanos the time
     * @return in nanoseconds; too long by up to the shorter of {@link HeartbeatConfig#pingIdle()} and
     *     {@link HeartbeatConfig#beatInterval()}, and by how late ticks are
     */
    public long silentNanos(long nowNanos) {
        return nowNanos - heardNanos;
    }

    /**
     * Round-trip time of the question answered last.
     *
     * @return in nanoseconds; -1 if none was
     */
    public long lastRttNanos() {
        return details == null ? -1 : details.lastRttNanos;
    }

    /**
     * Round-trip time, smoothed with a weight of 1/8 for each new one (RFC 6298, section 2).
     *
     * @return in nanoseconds; -1 if no question was answered
     */
    public long smoothedRttNanos() {
        return details == null ? -1 : details.smoothedRttNanos;
    }

    /**
     * The shortest round-trip time.
     *
     * @return in nanoseconds; -1 if no question was answered
     */
    public long leastRttNanos() {
        return details == null ? -1 : details.leastRttNanos;
    }

    /**
     * The configuration in force.
     *
     * @return the one of the constructor, or of the last {@link #reconfigure}
     */
    public HeartbeatConfig config() {
        return config;
    }

    @Override
    public String toString() {
        return "Heartbeat[" + state + (proven ? "" : ", unproven") + (readPaused ? ", reading paused" : "")
                + (missedPongs > 0 ? ", missedPongs " + missedPongs : "") + "]";
    }
}
