package io.keepalive.cli.demo;

import java.time.Duration;
import java.util.List;

/**
 * Everything that a screen shows at one moment.
 *
 * @param facts seen last
 * @param views how far each connection's part has gone
 * @param events all so far
 */
record Scene(Box box, Duration idleTimeout, Facts facts, Both<View> views, List<Event> events, boolean isOver) {

    /** How far a connection's part has gone. */
    enum Act {
        IDLE,
        WAITING,
        ANSWERED
    }

    /**
     * One connection's part.
     *
     * @param forgotten by the box, whatever happened since
     * @param unanswered for so long that no answer will come
     * @param quiet since the last byte that the program sent or received
     * @param refreshes probes or heartbeats seen by the box in the long silence
     */
    record View(Act act, boolean forgotten, boolean unanswered, Duration quiet, long refreshes) {}
}
