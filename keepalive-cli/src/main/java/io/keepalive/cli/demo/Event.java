package io.keepalive.cli.demo;

import java.time.Duration;

/** What happened on one connection; {@code at} counts from the moment both fell idle. */
sealed interface Event {

    Duration at();

    Side side();

    /** The box has counted another probe or heartbeat. */
    record Refreshed(Duration at, Side side, long number) implements Event {}

    /** The box knows the connection no longer. */
    record Forgotten(Duration at, Side side) implements Event {}

    /** The kernel has taken a line without an error, the first after the long silence. */
    record Wrote(Duration at, Side side) implements Event {}

    /** No answer for so long, and no error: this is what both ends look like. */
    record Unanswered(Duration at, Side side, Duration waited, Facts.Connection seen) implements Event {}

    /** The line came back. */
    record Answered(Duration at, Side side, Duration roundTrip) implements Event {}

    /** The client got an error. */
    record Lost(Duration at, Side side, String why) implements Event {}
}
