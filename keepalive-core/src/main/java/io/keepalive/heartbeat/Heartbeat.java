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
import java.util.concurrent.ThreadLocalRandom;
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
public final class Heartbeat extends WheelEntry {
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

    private HeartbeatConfig config;
    /** What most connections of a healthy, beating fleet never need; made when it is. */
    private @Nullable HeartbeatDetails details;

    private State state = State.HEARD;
    private byte missedPongs;
    private boolean proven;
    private boolean readPaused;
    private boolean beatDue;
    private boolean pingDue;
    private boolean checking;
    private boolean provenEvent;
    private boolean inputEnded;
    private boolean outputEnded;

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
    /** Nothing was received after this tick, as far as is known. */
    private long seenNanos;

    /**
     * A heartbeat for a connection that has just been made, with a seed of its own.
     *
     * @param config when to do what
     * @param nowNanos the time
     */
    public Heartbeat(HeartbeatConfig config, long nowNanos) {
        this(config, ThreadLocalRandom.current().nextLong(), nowNanos);
    }

    /**
     * A heartbeat for a connection that has just been made.
     *
     * @param config when to do what
     * @param seed makes the jitter and the PING ids of this connection; the same in each run of a test
     * @param nowNanos the time
     */
    public Heartbeat(HeartbeatConfig config, long seed, long nowNanos) {
        this.config = Objects.requireNonNull(config, "config");
        this.random = (int) (seed ^ seed >>> 32) * 0x9E3779B9 | 1;
        this.proven = config.requireHeartbeats;
        this.heardNanos = nowNanos;
        this.seenNanos = nowNanos;
        this.sentNanos = nowNanos;
        this.lookedNanos = nowNanos;
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
        prove();
    }

    /** The peer obliged itself to answer PINGs when the connection was made: its silence is fatal from now on. */
    public void peerMustAnswer() {
        proven = true;
    }

    private void prove() {
        if (!proven) {
            proven = true;
            provenEvent = true;
        }
    }

    /**
     * The peer asks. {@link #poll()} has the answer to send; at most four wait, what comes on top is not answered.
     *
     * @param id to be sent back as it is
     * @param nowNanos the time
     */
    public void onPing(long id, long nowNanos) {
        prove();
        if (state != State.LOST
                && !details().admitPing(id, nowNanos, unreadNanos(nowNanos), config.minPingIntervalNanos)) {
            lose(new ConnectionLoss(
                    LossCause.PROTOCOL,
                    Confidence.HIGH,
                    "the peer sent PINGs more often than every " + text(config.minPingIntervalNanos)
                            + ": three more than the eight that may come at once"));
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
        prove();
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
        prove();
        long rttNanos = details == null ? -1 : details.answered(nowNanos);
        heard();
        if (rttNanos >= 0 && state != State.LOST) {
            HeartbeatObservers.roundTrip(rttNanos);
            details()
                    .events
                    .add(new HeartbeatEvent.RoundTrip(
                            Duration.ofNanos(rttNanos),
                            Duration.ofNanos(details().smoothedRttNanos),
                            Duration.ofNanos(details().leastRttNanos)));
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
            replan(nowNanos);
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
        lookForReceived(nowNanos, 0); // what came before is no answer
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
                HeartbeatDetails question = details();
                question.deadlineNanos = earlier(question.deadlineNanos + Math.max(0, left), nowNanos + withinNanos);
            }
            default -> {} // SUSPECT: convicted or heard at the next tick
        }
        checking = true;
        replan(nowNanos);
    }

    /**
     * Goes on with another configuration. A question that is out keeps its deadline.
     *
     * @param newConfig when to do what from now on
     * @param nowNanos the time
     */
    public void reconfigure(HeartbeatConfig newConfig, long nowNanos) {
        if (details != null || newConfig.localPauseAllowanceNanos < config.localPauseAllowanceNanos) {
            details().creditNanos = Math.min(details().creditNanos, newConfig.localPauseAllowanceNanos);
        }
        this.config = Objects.requireNonNull(newConfig, "newConfig");
        this.proven |= newConfig.requireHeartbeats;
        if (state == State.ASKING && newConfig.oneWay) {
            await(nowNanos); // there is no question any more
        }
        replan(nowNanos);
    }

    /**
     * The connection ended otherwise: reset, closed, broken by the peer. Nothing is decided any more.
     *
     * @param loss why
     * @return false if it was lost already, for another reason, which stays
     */
    public boolean fail(ConnectionLoss loss) {
        if (state == State.LOST) {
            return false;
        }
        lose(loss);
        return true;
    }

    // ---- what can't come or go any more

    /**
     * The peer's END or FIN was read: from now on there is no verdict of silence and no limit for reading held back; beats
     * and the write stall go on.
     *
     * @param nowNanos the time
     */
    public void onInputEnded(long nowNanos) {
        inputEnded = true;
        readPaused = false;
        excuse();
        replan(nowNanos);
    }

    /** Nothing may be sent any more: no BEAT and no PING is due from now on, and silence counts as in a one-way protocol. */
    public void onOutputEnded(long nowNanos) {
        outputEnded = true;
        beatDue = false;
        pingDue = false;
        if (state == State.ASKING) {
            await(nowNanos);
        }
        replan(nowNanos);
    }

    /**
     * Whether bytes waited to be written at the last tick. What counts then is what the peer acknowledges: a kernel wakes a
     * writer only when a third of its buffer is free (Linux, sk_stream_is_writeable), which takes minutes on a slow link.
     * Whoever can ask the kernel does so after each such tick, and passes the answer to {@link #onWriteProgress}.
     *
     * @return false nearly always
     */
    public boolean isWriteWaiting() {
        return details != null && details.watching;
    }

    /**
     * What the kernel says about waiting bytes. Without this call a write counts as stalled only after twice
     * {@link HeartbeatConfig#writeStallTimeout()}, and the verdict is not certain.
     *
     * @param ackedBytes how many bytes of this connection the peer has acknowledged so far (Linux: tcpi_bytes_acked), or any
     *     other number that changes only with them
     * @param nowNanos the time
     */
    public void onWriteProgress(long ackedBytes, long nowNanos) {
        if (details != null && details.watching) {
            boolean shortened = !details.ackedKnown;
            details.sawAcked(nowNanos, ackedBytes, config.localPauseAllowanceNanos);
            if (shortened) {
                long limit = details.progressNanos + config.writeStallTimeoutNanos;
                tickNoLaterThan(limit - nowNanos > 0 ? limit : nowNanos + config.tickNanos());
            }
        }
    }

    // ---- time

    /**
     * Makes the next tick due earlier, for whoever has a deadline of its own on the same connection. For one tick only.
     *
     * @param nanos an instant; does nothing if the tick is due before
     */
    public void tickNoLaterThan(long nanos) {
        if (nanos - dueNanos < 0) {
            dueNanos = nanos;
            onDueEarlier();
        }
    }

    private void onDueEarlier() {
        HeartbeatScheduler timer = scheduler;
        if (timer != null) {
            timer.onDueEarlier(this);
        }
    }

    private void replan(long nowNanos) {
        long before = dueNanos;
        plan(nowNanos, false);
        if (dueNanos - before < 0) {
            onDueEarlier();
        }
    }

    /**
     * When to tick next. Ticks, {@link #onPingWritten}, {@link #pingNow} and {@link #reconfigure} change it; whoever
     * keeps the timer has to look again afterwards. Nothing else does.
     *
     * @return an instant in nanoseconds; meaningless once lost
     */
    @Override
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
            long grantedNanos = grant(lateNanos);
            boolean wasPaused = grantedNanos > 0;
            if (lateNanos > config.tickNanos()) {
                details().unreadNanos = lateNanos;
            } else if (details != null) {
                details.unreadNanos = 0;
            }
            boolean heardSome = look(nowNanos, writing, written, grantedNanos);
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
            details().events.add(new HeartbeatEvent.LocalPause(Duration.ofNanos(lateNanos)));
        }
    }

    /**
     * Moves what runs against the peer by the time in which this process could not do anything, as far as credit goes.
     * What runs against the application is moved by all of it: it could not read either.
     *
     * @return how much was granted; 0 without such a time
     */
    private long grant(long lateNanos) {
        if (lateNanos <= config.tickNanos()) {
            return 0;
        }
        boolean isCharged = state == State.AWAITING || state == State.SUSPECT || readPaused;
        long granted = Math.min(lateNanos, details == null ? config.localPauseAllowanceNanos : details.creditNanos);
        if (details != null) {
            details.deadlineNanos += granted;
            details.grant(lateNanos);
        }
        if (isCharged) {
            details().creditNanos -= granted;
        }
        return granted;
    }

    /** How long PINGs may have piled up because this side did not read. */
    private long unreadNanos(long nowNanos) {
        if (readPaused) {
            return nowNanos - details().readPausedNanos;
        }
        long lateNanos = nowNanos - dueNanos;
        return Math.max(details().unreadNanos, lateNanos > config.tickNanos() ? lateNanos : 0);
    }

    /** What the counters show happened right after the last look, for all that is known. */
    private boolean look(long nowNanos, boolean writing, long written, long grantedNanos) {
        boolean progressed = writing
                ? details().sawWriting(nowNanos, written, config.localPauseAllowanceNanos)
                : details != null && details.sawNoWriting();
        int sentNow = (int) SENT.getOpaque(this);
        if (sentNow != sentMark || progressed) {
            sentMark = sentNow;
            sentNanos = lookedNanos;
            nextRandom(); // before anything is judged: what is due by it now is done now, not late
        }
        return lookForReceived(nowNanos, grantedNanos);
    }

    private boolean lookForReceived(long nowNanos, long grantedNanos) {
        int receivedNow = (int) RECEIVED.getOpaque(this);
        if (receivedNow == receivedMark) {
            return false;
        }
        receivedMark = receivedNow;
        heardNanos = lookedNanos + grantedNanos; // it may have come at the end of the pause
        seenNanos = nowNanos;
        heard();
        if (grantedNanos > 0) {
            details().creditNanos = Math.max(0, config.localPauseAllowanceNanos - grantedNanos);
        }
        return true;
    }

    private void judgeReading(long nowNanos, boolean wasPaused, boolean reading, boolean heardSome) {
        if (inputEnded) {
            excuse();
            return;
        }
        if (reading) {
            if (readPaused) {
                readPaused = false;
                heardNanos = nowNanos;
                seenNanos = nowNanos;
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
        if (readPaused || inputEnded) {
            return;
        }
        switch (state) {
            case HEARD -> {
                if (nowNanos - pingDueNanos() >= 0) {
                    ask(nowNanos);
                }
            }
            case AWAITING, SUSPECT -> {
                if (nowNanos - details().deadlineNanos >= 0) {
                    judgeDeadline(nowNanos, wasPaused);
                }
            }
            case ASKING, LOST -> {}
        }
    }

    private void judgeDeadline(long nowNanos, boolean wasPaused) {
        if (wasPaused) {
            // What came meanwhile is not read yet. That has its price, or who is always late would wait for ever.
            details().deadlineNanos = nowNanos + config.tickNanos();
            details().creditNanos = Math.max(0, details().creditNanos - config.tickNanos());
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
        long limitNanos = watch.stallLimitNanos(config.writeStallTimeoutNanos);
        if (stalledNanos < limitNanos) {
            watch.stallSuspected = false;
        } else if (!watch.stallSuspected || (wasPaused && watch.stallCreditNanos > 0)) {
            watch.stallSuspected = true;
            watch.stallConvictNanos = nowNanos + config.tickNanos();
        } else if (nowNanos - watch.stallConvictNanos >= 0) {
            lose(new ConnectionLoss(
                    LossCause.WRITE_STALLED,
                    watch.ackedKnown ? Confidence.HIGH : Confidence.LOW,
                    "bytes wait, and " + (watch.ackedKnown ? "the peer acknowledged none" : "the kernel took none")
                            + " for " + text(stalledNanos) + ", the limit is " + text(limitNanos)));
        }
    }

    private void beatIfDue(long nowNanos, boolean writing) {
        // What waits in the queue goes out before any beat could.
        if (state != State.LOST
                && !writing
                && !outputEnded
                && nowNanos - sentNanos >= early(config.beatIntervalNanos)) {
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
        if (details != null) {
            details.creditNanos = config.localPauseAllowanceNanos;
        }
        if (missed > 0) {
            details().events.add(new HeartbeatEvent.Recovered(missed));
        }
    }

    /** Forgets what ran against the peer. */
    private void excuse() {
        if (state == State.LOST) {
            return;
        }
        if (state != State.HEARD) { // nearly never: and a reference that is stored costs the collector's threads more
            state = State.HEARD;
        }
        missedPongs = 0;
        checking = false;
        pingDue = false;
    }

    private void ask(long nowNanos) {
        if (config.oneWay || outputEnded || (details != null && details.isAskedEnough())) {
            await(nowNanos); // nothing to send: the time runs all the same
        } else {
            state = State.ASKING;
            pingDue = true;
        }
    }

    private void await(long nowNanos) {
        state = State.AWAITING;
        pingDue = false;
        HeartbeatDetails question = details();
        question.deadlineNanos = nowNanos + (checking ? question.checkWithinNanos : config.pongTimeoutNanos);
    }

    private void miss(long nowNanos) {
        int missed = ++missedPongs;
        HeartbeatObservers.pongMissed();
        details().events.add(new HeartbeatEvent.PongMissed(missed));
        if (missed < config.maxMissedPongs && !checking) {
            ask(nowNanos);
        } else if (proven) {
            state = State.SUSPECT;
            details().deadlineNanos = nowNanos + config.tickNanos();
        } else {
            excuse(); // an older peer, perhaps: asked again after the next silence
            heardNanos = nowNanos;
            seenNanos = nowNanos;
            details().events.add(new HeartbeatEvent.PeerUnresponsive(missed));
        }
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
        if (!writing && !outputEnded) {
            planBy(sentNanos + early(config.beatIntervalNanos), nowNanos);
        }
        if (readPaused) {
            planBy(details().readPausedNanos + config.readPauseTimeoutNanos, nowNanos);
        }
        switch (state) {
            case HEARD -> {
                if (!readPaused && !inputEnded) {
                    planBy(pingDueNanos(), nowNanos);
                }
            }
            case ASKING -> {
                if (!writing) {
                    planBy(nowNanos, nowNanos);
                }
            }
            case AWAITING, SUSPECT -> planBy(details().deadlineNanos, nowNanos);
            case LOST -> {}
        }
        if (details != null && details.watching) {
            planBy(
                    details.stallSuspected
                            ? details.stallConvictNanos
                            : details.progressNanos + details.stallLimitNanos(config.writeStallTimeoutNanos),
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

    /**
     * When silence is long enough for a PING. Jitter counts from the tick that saw bytes last, the limit from the tick before
     * that: so the two never add up, and a PING is never late.
     */
    private long pingDueNanos() {
        return earlier(heardNanos + config.pingIdleNanos, seenNanos + early(config.pingIdleNanos));
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
            details = new HeartbeatDetails(config.localPauseAllowanceNanos);
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
            return details().pollLoss() ? HeartbeatAction.DEAD : HeartbeatAction.NONE;
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

    /**
     * The next thing to report.
     *
     * @return null if there is nothing more
     */
    public @Nullable HeartbeatEvent pollEvent() {
        if (provenEvent) {
            provenEvent = false;
            return new HeartbeatEvent.PeerSupportsHeartbeats();
        }
        return details == null ? null : details.events.poll();
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
     * Whether the connection is dead.
     *
     * @return true from the first verdict or {@link #fail} on
     */
    public boolean isDead() {
        return state == State.LOST;
    }

    /**
     * Whether anything was ever received.
     *
     * @return true from the first {@link #onReceived} on
     */
    public boolean hasReceived() {
        return (int) RECEIVED.getOpaque(this) != 0 || receivedMark != 0;
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
     * Whether a PING was polled that has not left the send queue, as far as {@link #onPingWritten} and ticks reported.
     *
     * @return false nearly always
     */
    public boolean isPingQueued() {
        return details != null && details.queued;
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
