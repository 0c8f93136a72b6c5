package io.keepalive.agent;

import io.keepalive.loss.ConnectionLoss;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** Losses in a flight recording. Where none was ever started, none of the recorder's classes is loaded. */
final class LossEvents {
    private static final boolean HAS_RECORDER = hasRecorder();

    private LossEvents() {}

    private static boolean hasRecorder() {
        try {
            Class.forName("jdk.jfr.Event", false, LossEvents.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false; // an image without the module jdk.jfr
        }
    }

    static void lost(ConnectionLoss loss, long silenceNanos, String peer, String rule) {
        if (HAS_RECORDER) {
            Recorder.lost(loss, silenceNanos, peer, rule);
        }
    }

    /** Apart, so that an image without the recorder can load the class around it. */
    private static final class Recorder {
        static void lost(ConnectionLoss loss, long silenceNanos, String peer, String rule) {
            if (!FlightRecorder.isInitialized()) {
                return;
            }
            Lost event = new Lost();
            if (event.shouldCommit()) {
                event.cause = loss.cause().name();
                event.confidence = loss.confidence().name();
                event.evidence = loss.evidence();
                event.idle = TimeUnit.NANOSECONDS.toMillis(silenceNanos);
                event.peer = peer;
                event.rule = rule;
                event.commit();
            }
        }
    }

    /** A connection has ended that the program did not end itself. */
    @Name("io.keepalive.ConnectionLost")
    @Label("Connection Lost")
    @Category("Keepalive")
    @StackTrace(false)
    static final class Lost extends Event {
        @Label("Cause")
        String cause = "";

        @Label("Confidence")
        String confidence = "";

        @Label("Evidence")
        String evidence = "";

        @Label("Idle Time")
        @Description("How long nothing had been received")
        @Timespan(Timespan.MILLISECONDS)
        long idle;

        @Label("Peer")
        String peer = "";

        @Label("Rule")
        String rule = "";
    }
}
