package io.keepalive.cli.probe;

import java.io.PrintStream;
import java.util.concurrent.TimeUnit;

/** The line at the bottom of a terminal that shows what is being waited for, and for how long at most. */
final class Progress {
    private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final String CLEAR = "\r\033[K";

    private final PrintStream out;
    private final boolean live;
    private String step = "";
    private long stepNanos;
    private long restNanos;
    private long shownAt = -EVERY_NANOS;

    /**
     * @param live whether there is a terminal; nothing is shown otherwise
     */
    Progress(PrintStream out, boolean live) {
        this.out = out;
        this.live = live;
    }

    void onStep(Search search, Step.Test test) {
        step = test instanceof Step.Refreshed ? "probed for " : "idle for ";
        stepNanos = test.nanos();
        restNanos = search.remainingNanos();
        shownAt = -EVERY_NANOS;
    }

    /** Shows how far a round is. */
    void onTime(long elapsedNanos) {
        if (live && elapsedNanos - shownAt >= EVERY_NANOS) {
            shownAt = elapsedNanos;
            out.print(CLEAR + "  " + step + Seconds.text(stepNanos) + ": "
                    + Seconds.rough(Math.max(0, stepNanos - elapsedNanos)) + " left, "
                    + Seconds.rough(Math.max(0, restNanos - elapsedNanos)) + " in all at most");
            out.flush();
        }
    }

    /** Makes room for other output. */
    void clear() {
        if (live) {
            out.print(CLEAR);
            out.flush();
        }
    }
}
