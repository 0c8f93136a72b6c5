package io.keepalive.socket;

import io.keepalive.loss.ConnectionLostException;
import io.keepalive.loss.LossCause;

/** Tells the counters and the flight recorder what happened. Nothing here decides, logs or throws. */
final class Telemetry {
    /** False in a run-time image without the module jdk.jfr, which only a class-path program can be in. */
    private static final boolean FLIGHT_RECORDER = isPresent("jdk.jfr.Event");

    private Telemetry() {}

    /** A policy was applied and read back. */
    static void applied(KeepAliveReport report) {
        report.forEachRequested(entry -> KeepAliveStatistics.get().count(entry.outcome(), 1));
        KeepAliveStatistics.get().count(report.socket(), KeptResult.of(report));
        if (FLIGHT_RECORDER) {
            FlightRecorderEvents.applied(report);
        }
    }

    /** Whether a flight recording takes what {@link #applied} records. */
    static boolean isRecording() {
        return FLIGHT_RECORDER && FlightRecorderEvents.isRecording();
    }

    /** A policy of so many settings was set, not read back, and nothing failed. */
    static void allSet(int settings, String socket) {
        KeepAliveStatistics.get().count(Outcome.SET, settings);
        KeepAliveStatistics.get().count(socket, KeptResult.KEPT);
    }

    /** A program set one of the policy's options on a factory's socket, or tried to. */
    static void laterCall(KeepAliveReport.Entry entry) {
        KeepAliveStatistics.get().count(entry.outcome(), 1);
        if (FLIGHT_RECORDER) {
            FlightRecorderEvents.laterCall(entry);
        }
    }

    /** A connection was ended, or seen to end. */
    static void lost(ConnectionLostException lost) {
        KeepAliveStatistics.get().count(lost.cause());
        if (FLIGHT_RECORDER && lost.cause() != LossCause.LOCAL_CLOSED) {
            FlightRecorderEvents.lost(lost);
        }
    }

    private static boolean isPresent(String name) {
        try {
            Class.forName(name, false, Telemetry.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
