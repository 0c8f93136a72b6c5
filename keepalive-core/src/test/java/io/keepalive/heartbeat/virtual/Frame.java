package io.keepalive.heartbeat.virtual;

/**
 * What goes over a {@link VirtualLink}.
 *
 * @param kind what it says
 * @param id of a question or an answer
 * @param bytes its length
 */
record Frame(Kind kind, long id, int bytes) {
    enum Kind {
        DATA,
        BEAT,
        PING,
        PONG
    }

    static final Frame BEAT = new Frame(Kind.BEAT, 0, 4);

    static Frame data(int bytes) {
        return new Frame(Kind.DATA, 0, bytes);
    }

    static Frame ping(long id) {
        return new Frame(Kind.PING, id, 12);
    }

    static Frame pong(long id) {
        return new Frame(Kind.PONG, id, 12);
    }
}
