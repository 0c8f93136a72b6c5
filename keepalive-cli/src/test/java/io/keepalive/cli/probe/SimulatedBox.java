package io.keepalive.cli.probe;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A path with an idle timeout and noise, in virtual time.
 *
 * @param timeoutNanos 0: none
 * @param death what becomes of a connection that was idle for longer
 * @param jitterNanos how far the timeout of a single connection may be off, either way
 * @param falseDeaths chance that a living connection seems dead: lost packets, an overloaded server
 * @param falseLives chance that a dead one seems alive: somebody else's packet in its flow
 */
record SimulatedBox(long timeoutNanos, Fate death, long jitterNanos, double falseDeaths, double falseLives) {

    /** One round at this box. */
    Round run(Step.Test test, int votes, Random random) {
        List<Trial> trials = new ArrayList<>();
        for (int i = 0; i < votes; i++) {
            trials.add(test instanceof Step.Refreshed ? refreshed(test, random) : idle(test, random));
        }
        return new Round(test, trials);
    }

    private Trial idle(Step.Test test, Random random) {
        long timeout = timeoutNanos + (jitterNanos == 0 ? 0 : random.nextLong(-jitterNanos, jitterNanos));
        long late = random.nextLong(0, 5_000_000); // a probe is some milliseconds late
        boolean dies = timeoutNanos > 0 && test.nanos() + late >= timeout;
        if (dies && !death.isEarly() && random.nextDouble() < falseLives) {
            return new Trial(Fate.LIVED, test.nanos() + late);
        }
        if (dies) {
            return new Trial(death, death.isEarly() ? timeout : test.nanos() + late);
        }
        return new Trial(random.nextDouble() < falseDeaths ? Fate.SILENT : Fate.LIVED, test.nanos() + late);
    }

    /** A proxy that closes takes no notice of probes; a box that resets does. */
    private Trial refreshed(Step.Test test, Random random) {
        if (death == Fate.CLOSED && test.nanos() >= timeoutNanos) {
            return new Trial(Fate.CLOSED, timeoutNanos + random.nextLong(0, 5_000_000));
        }
        return new Trial(Fate.LIVED, test.nanos());
    }
}
