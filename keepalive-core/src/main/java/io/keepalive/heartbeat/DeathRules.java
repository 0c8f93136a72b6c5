package io.keepalive.heartbeat;

import io.keepalive.internal.WriteStall;
import io.keepalive.loss.ConnectionLoss;
import java.time.Duration;

/**
 * What a tick checks, one method a rule, by means of the parts: the only place where a connection is declared dead. A
 * superclass of {@link Heartbeat} and no object of its own (decision 104).
 */
abstract class DeathRules extends HeartbeatState {
    private boolean provenEvent;

    DeathRules(HeartbeatConfig config, long seed, long nowNanos) {
        super(config, seed, nowNanos);
        plan(nowNanos, false);
    }

    // ---- rule 4: local pauses

    /**
     * Excuses a tick that came too late, which proves that this process did not run. What runs against the peer moves by
     * that time, as far as the credit goes; what runs against the application moves by all of it.
     *
     * @return how much the peer was granted; 0 if the tick was on time
     */
    final long excusePause(long lateNanos) {
        if (lateNanos <= config.tickNanos()) {
            if (parts != null) {
                parts.pauses.setLast(0);
            }
            return 0;
        }
        HeartbeatParts p = parts();
        long grantedNanos = p.pauses.grantable(lateNanos);
        if (p.liveness.hasDeadline() || p.readPause.isPaused()) {
            p.pauses.spend(grantedNanos);
        }
        p.pauses.setLast(lateNanos);
        p.liveness.postpone(grantedNanos);
        p.readPause.onLocalPause(lateNanos);
        if (p.stall != null) {
            p.stall.onLocalPause(lateNanos);
        }
        return grantedNanos;
    }

    final void reportPause(long lateNanos) {
        if (lateNanos > config.tickNanos()) {
            HeartbeatObservers.localPause(lateNanos);
            parts().add(new HeartbeatEvent.LocalPause(Duration.ofNanos(lateNanos)));
        }
    }

    // ---- rules 1 and 2: the counters

    final boolean sampleTraffic(long nowNanos, boolean writing, long written, long grantedNanos) {
        boolean progressed = writing
                ? parts().stall().onWaiting(written, nowNanos, config.localPauseAllowanceNanos)
                : parts != null && parts.stall != null && parts.stall.onIdle();
        if (!startPending) { // until then nothing is as good as a BEAT
            sampleSent(progressed);
        }
        return sampleInput(nowNanos, grantedNanos);
    }

    final boolean sampleInput(long nowNanos, long grantedNanos) {
        if (!sampleReceived(nowNanos, grantedNanos)) {
            return false;
        }
        onProofOfLife();
        if (grantedNanos > 0) {
            parts().pauses.spend(grantedNanos);
        }
        return true;
    }

    final void onProofOfLife() {
        HeartbeatParts p = parts;
        if (p == null || isDead()) {
            return;
        }
        p.pauses.restore(config.localPauseAllowanceNanos);
        int missedPongs = p.liveness.clear();
        if (missedPongs > 0) {
            p.add(new HeartbeatEvent.Recovered(missedPongs));
        }
    }

    // ---- rule 5: reading held back, input ended

    final void checkReading(long nowNanos, boolean afterPause, boolean reading, boolean receivedSome) {
        if (inputEnded) {
            clearSuspicion();
        } else if (reading) {
            if (parts != null && parts.readPause.end()) {
                restartSilence(nowNanos);
            }
        } else {
            ReadPause pause = parts().readPause;
            pause.onNotReading(nowNanos, receivedSome);
            long pausedNanos = pause.pausedNanos(nowNanos);
            if (pausedNanos >= config.readPauseTimeoutNanos && !afterPause) {
                die(DeathEvidence.readPaused(pausedNanos, config));
            } else {
                clearSuspicion();
            }
        }
    }

    // ---- rules 3, 4 and 7: silence

    final void checkSilence(long nowNanos, boolean afterPause) {
        if (!expectsInput()) {
            return;
        }
        if (liveness() == PeerLiveness.State.ALIVE) {
            if (nowNanos - pingDueNanos(config) >= 0) {
                ping(nowNanos);
            }
        } else if (parts().liveness.isDeadlinePassed(nowNanos)) {
            if (afterPause) {
                // What came meanwhile is not read yet. The tick is charged: a process that is always late finds the
                // dead, too.
                parts().liveness.postponeTo(nowNanos + config.tickNanos());
                parts().pauses.spend(config.tickNanos());
            } else {
                onDeadline(nowNanos);
            }
        }
    }

    private void onDeadline(long nowNanos) {
        PeerLiveness liveness = parts().liveness;
        PeerLiveness.Outcome outcome = liveness.onDeadline(nowNanos, config, proven);
        int missedPongs = liveness.missedPongs();
        if (outcome == PeerLiveness.Outcome.DEAD) {
            die(DeathEvidence.silence(silentNanos(nowNanos), missedPongs, config));
            return;
        }
        HeartbeatObservers.pongMissed();
        parts().add(new HeartbeatEvent.PongMissed(missedPongs));
        if (outcome == PeerLiveness.Outcome.PING_AGAIN) {
            ping(nowNanos);
        } else if (outcome == PeerLiveness.Outcome.UNRESPONSIVE) {
            liveness.clear(); // it may be older than heartbeats: pinged again after the next silence
            restartSilence(nowNanos);
            HeartbeatObservers.peerUnresponsive();
            parts().add(new HeartbeatEvent.PeerUnresponsive(missedPongs));
        }
    }

    /** Queues a PING; or starts its timeout without it, where none may be sent. */
    final void ping(long nowNanos) {
        HeartbeatParts p = parts();
        if (config.oneWay || outputEnded || (p.pings != null && p.pings.isFull())) {
            startPongTimeout(nowNanos);
        } else {
            p.liveness.queuePing();
        }
    }

    final void startPongTimeout(long nowNanos) {
        parts().liveness.startTimeout(nowNanos, config.pongTimeoutNanos);
    }

    final void clearSuspicion() {
        if (parts != null && !isDead()) {
            parts.liveness.clear();
        }
    }

    final void prove() {
        if (!proven) {
            proven = true;
            provenEvent = true;
        }
    }

    /** Whether the first heartbeat of the peer is to be reported: once. */
    final boolean pollProvenEvent() {
        boolean due = provenEvent;
        provenEvent = false;
        return due;
    }

    // ---- rule 6: waiting bytes

    final void checkWrite(long nowNanos, boolean afterPause) {
        WriteStall stall = parts == null ? null : parts.stall;
        if (stall == null || isDead()) {
            return;
        }
        long limitNanos = Deadlines.writeStallLimitNanos(stall, config);
        if (stall.isStalled(nowNanos, afterPause, limitNanos, config.tickNanos())) {
            die(DeathEvidence.writeStalled(stall, nowNanos, limitNanos));
        }
    }

    // ---- rule 9: PINGs of the peer

    final void admitPing(long id, long unreadNanos, long nowNanos) {
        if (!isDead() && !parts().limiter().admit(id, nowNanos, unreadNanos, config.minPingIntervalNanos)) {
            parts().flooded = true;
            die(DeathEvidence.tooManyPings(config));
        }
    }

    // ---- the end

    final void die(ConnectionLoss loss) {
        parts().liveness.die();
        parts().loss = loss;
    }

    // ---- planning

    /** Plans the next tick, at the end of a tick. */
    final void plan(long nowNanos, boolean writing) {
        dueAfterTick(nowNanos + Deadlines.nextNanos(this, nowNanos, writing));
    }

    /** Plans the next tick after an input. */
    final void replan(long nowNanos) {
        tickAt(nowNanos + Deadlines.nextNanos(this, nowNanos, false));
    }
}
