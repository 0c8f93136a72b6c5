package io.keepalive.heartbeat.wire;

import java.util.Optional;

/**
 * Why a side closes: the two bytes of a CLOSE frame.
 *
 * @since 0.1
 */
public enum CloseReason {
    /** All is done. */
    NORMAL(0, "all is done"),

    /** This side shuts down or moves: connect again, perhaps elsewhere. */
    GOING_AWAY(1, "this side goes away; connect again"),

    /** The first frame was not a HELLO. */
    HELLO_EXPECTED(2, "the first frame was not a HELLO"),

    /** No valid HELLO came within 10 s. */
    HELLO_TIMEOUT(3, "no valid HELLO came in time"),

    /** A HELLO lacks its version, or an entry is cut off, comes twice or is out of range. */
    HELLO_INVALID(4, "the HELLO is invalid"),

    /** A second HELLO. */
    HELLO_REPEATED(5, "a second HELLO came"),

    /** The smaller of the two versions is one that this side does not speak any more. */
    VERSION_UNSUPPORTED(6, "the peer's version is not spoken here any more"),

    /** No interval suits both sides and the middlebox between them. */
    INTERVAL_CONFLICT(7, "no interval suits both sides and the box between them"),

    /** A payload is longer than its receiver takes. */
    FRAME_TOO_LONG(8, "a frame is longer than its receiver takes"),

    /** A payload has another length than its type must have. */
    FRAME_LENGTH(9, "a frame has another length than its type must have"),

    /** A type that is neither known nor optional. */
    UNKNOWN_TYPE(10, "a frame's type is neither known nor optional"),

    /** DATA or END after END. */
    AFTER_END(11, "DATA or END came after END"),

    /** PINGs came faster than the protocol allows. A side that receives this doubles its PING interval when it connects again. */
    TOO_MANY_PINGS(12, "pings came faster than the protocol allows"),

    /** The peer was declared dead; sent in case that only one direction is dead. */
    PEER_SILENT(13, "the peer was given up as silent"),

    /** This side failed; the peer did nothing wrong. */
    INTERNAL_ERROR(14, "this side failed");

    private static final CloseReason[] REASONS = values();

    private final int code;
    private final String description;

    CloseReason(int code, String description) {
        this.code = code;
        this.description = description;
    }

    /**
     * Finds a reason by its number.
     *
     * @param code 0 to 65535
     * @return empty for a number that version 1 does not know; the connection is closed for a reason all the same
     */
    public static Optional<CloseReason> of(int code) {
        return code >= 0 && code < REASONS.length ? Optional.of(REASONS[code]) : Optional.empty();
    }

    /**
     * This reason's number on the wire.
     *
     * @return 0 to 65535
     */
    public int code() {
        return code;
    }

    /**
     * This reason in words.
     *
     * @return a clause in lower case without a full stop
     */
    public String description() {
        return description;
    }
}
