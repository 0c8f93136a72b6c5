package io.keepalive.cli.relay.report;

/** A line of the log in both of its formats, without line end. Formatted on the log's own thread. */
public interface LogLine {
    /** A JSON object. */
    String json();

    /** For people. */
    String text();
}
