package io.keepalive.socket;

import io.keepalive.loss.ConnectionLostException;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/**
 * The events of this library in a flight recording. Where none was ever started, none of the recorder's classes is loaded:
 * a program's first connection would pay for a hundred of them.
 */
final class FlightRecorderEvents {
    private FlightRecorderEvents() {}

    static boolean isRecording() {
        return FlightRecorder.isInitialized() && new Applied().isEnabled();
    }

    static void applied(KeepAliveReport report) {
        if (!FlightRecorder.isInitialized()) {
            return;
        }
        Applied event = new Applied();
        if (event.shouldCommit()) {
            event.complete = report.isComplete();
            event.report = report.toString();
            event.commit();
        }
    }

    static void laterCall(KeepAliveReport.Entry entry) {
        if (!FlightRecorder.isInitialized()) {
            return;
        }
        LaterCall event = new LaterCall();
        if (event.shouldCommit()) {
            event.option = entry.option().name();
            event.outcome = entry.outcome().name();
            event.advice = entry.advice();
            event.commit();
        }
    }

    static void lost(ConnectionLostException lost) {
        if (!FlightRecorder.isInitialized()) {
            return;
        }
        Lost event = new Lost();
        if (event.shouldCommit()) {
            event.cause = lost.cause().name();
            event.confidence = lost.loss().confidence().name();
            event.evidence = lost.loss().evidence();
            event.idle = lost.idle().map(java.time.Duration::toMillis).orElse(-1L);
            event.commit();
        }
    }

    /** A policy was put on a socket. */
    @Name("io.keepalive.Applied")
    @Label("Keepalive Applied")
    @Category("Keepalive")
    @Description("What a socket holds after a keepalive policy was applied to it")
    @StackTrace(true)
    static final class Applied extends Event {
        @Label("Complete")
        @Description("False if an option was unsupported, rejected or overridden, or the socket closed")
        boolean complete;

        @Label("Report")
        String report = "";
    }

    /** Foreign code sets options on a socket that has a policy; the stack trace shows which. */
    @Name("io.keepalive.LaterCall")
    @Label("Keepalive Option Set Later")
    @Category("Keepalive")
    @Description("A program set, or tried to set, an option of a socket that came from a socket factory")
    @StackTrace(true)
    static final class LaterCall extends Event {
        @Label("Option")
        String option = "";

        @Label("Outcome")
        String outcome = "";

        @Label("Advice")
        String advice = "";
    }

    /** A connection is dead. */
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
        @Description("How long nothing had been received; negative if not known")
        @Timespan(Timespan.MILLISECONDS)
        long idle;
    }
}
