package io.keepalive.cli.probe;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A path to a server with an idle timeout and noise, in virtual time.
 *
 * @param timeoutNanos 0: none that this side can see, as of a proxy that answers probes or a box that tracks loosely
 * @param death what becomes of a connection that was idle for longer
 * @param change when it changes its mind
 * @param noise what happens by chance
 * @param peerKeepaliveNanos after how much silence the server probes; 0: never
 */
record SimulatedBox(long timeoutNanos, Fate death, Change change, Noise noise, long peerKeepaliveNanos) {
    static final Noise QUIET = new Noise(0, 0, 0, 0, 0);
    static final Change NEVER = new Change(Long.MAX_VALUE, 0);

    /**
     * Another timeout.
     *
     * @param atNanos from then on
     */
    record Change(long atNanos, long timeoutNanos) {}

    /**
     * What happens by chance.
     *
     * @param jitterNanos how far the timeout of a single connection may be off, either way
     * @param falseDeaths chance that a living connection seems dead: lost packets, an overloaded server
     * @param falseLives chance that a dead one seems alive: somebody else's packet in its flow
     * @param drops chance that a connection is reset at some moment of its silence
     * @param voids chance that a connection is not made
     */
    record Noise(long jitterNanos, double falseDeaths, double falseLives, double drops, double voids) {}

    /** A box without noise. */
    static SimulatedBox quiet(long timeoutNanos, Fate death) {
        return new SimulatedBox(timeoutNanos, death, NEVER, QUIET, 0);
    }

    SimulatedBox changing(long atNanos, long toNanos) {
        return new SimulatedBox(timeoutNanos, death, new Change(atNanos, toNanos), noise, peerKeepaliveNanos);
    }

    /** The timeout of a connection whose last packet is sent now. */
    long timeoutNanos(long now) {
        return now >= change.atNanos ? change.timeoutNanos : timeoutNanos;
    }

    /** One round at this box that begins now. */
    Round run(Step.Test test, int votes, long now, Random random) {
        List<Trial> trials = new ArrayList<>();
        for (int i = 0; i < votes; i++) {
            trials.add(random.nextDouble() < noise.voids ? new Trial(Fate.VOID, 0) : trial(test, now, random));
        }
        return new Round(test, trials);
    }

    private Trial trial(Step.Test test, long now, Random random) {
        if (random.nextDouble() < noise.drops) {
            return new Trial(Fate.RESET, random.nextLong(1, test.nanos()));
        }
        return test instanceof Step.Refreshed ? refreshed(test, now, random) : idle(test, now, random);
    }

    private Trial idle(Step.Test test, long now, Random random) {
        long timeout = timeoutNanos(now)
                + (noise.jitterNanos == 0 ? 0 : random.nextLong(-noise.jitterNanos, noise.jitterNanos));
        long late = random.nextLong(0, 5_000_000); // a probe is some milliseconds late
        boolean hasTimeout = timeoutNanos > 0;
        if (peerKeepaliveNanos > 0
                && peerKeepaliveNanos <= test.nanos()
                && (!hasTimeout || peerKeepaliveNanos < timeout)) {
            return new Trial(Fate.NEVER_IDLE, peerKeepaliveNanos);
        }
        boolean dies = hasTimeout && test.nanos() + late >= timeout;
        if (dies && !death.isEarly() && random.nextDouble() < noise.falseLives) {
            return new Trial(Fate.LIVED, test.nanos() + late);
        }
        if (dies) {
            return new Trial(death, death.isEarly() ? timeout : test.nanos() + late);
        }
        return new Trial(random.nextDouble() < noise.falseDeaths ? Fate.SILENT : Fate.LIVED, test.nanos() + late);
    }

    /** A proxy that closes takes no notice of probes; a box that resets does. */
    private Trial refreshed(Step.Test test, long now, Random random) {
        long timeout = timeoutNanos(now);
        if (timeoutNanos > 0 && death == Fate.CLOSED && test.nanos() >= timeout) {
            return new Trial(Fate.CLOSED, timeout + random.nextLong(0, 5_000_000));
        }
        boolean probedTooLate = timeoutNanos > 0 && ((Step.Refreshed) test).everyNanos() >= timeout;
        return probedTooLate ? new Trial(death, timeout) : new Trial(Fate.LIVED, test.nanos());
    }
}
