package io.keepalive.cli.doctor;

/** What becomes of a connection, the most urgent first. */
enum Verdict {
    /** Nothing comes back any more; the kernel is about to give it up. */
    DYING("dying now"),
    /** The box on the way forgets it before anything is sent. */
    WILL_BE_DROPPED("will be dropped"),
    /** CLOSE_WAIT. */
    PEER_CLOSED("peer has closed, program has not noticed"),
    /** One of the two programs does not read. */
    STALLED("stalled"),
    /** No keepalive, and no box named from which the time of death would follow. */
    NOT_KEPT("not kept"),
    /** The timer ends on this machine and proves nothing about what lies behind. */
    KEPT_TO_LOCAL_PROXY("kept only to a local proxy"),
    /** Another timer hides the keepalive timer, and the options can't be read. */
    UNKNOWN("unknown"),
    CONNECTING("connecting"),
    CLOSING("closing"),
    /** Ends on this machine, where no box drops it. */
    LOCAL("local"),
    KEPT("kept");

    private final String text;

    Verdict(String text) {
        this.text = text;
    }

    /** For people and for JSON. */
    String text() {
        return text;
    }
}
