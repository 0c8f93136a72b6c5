package io.keepalive.benchmarks.close;

import java.util.stream.Stream;

/** A way to write and to close. */
enum Stack {
    /** A plain socket whose peer sends nothing: the control. */
    NO_HEARTBEAT(Speaks.NOTHING, false),
    /** A plain socket that is closed at once, whose peer beats: what goes wrong without a lingering close. */
    CLOSED_AT_ONCE(Speaks.LINES, false),
    INLINE(Speaks.FRAMES, true),
    PUMPED(Speaks.FRAMES, true),
    LOOP(Speaks.FRAMES, false),
    LOOP_LINES(Speaks.LINES, false),
    NETTY_NIO(Speaks.FRAMES, true),
    NETTY_EPOLL(Speaks.FRAMES, true),
    NETTY_IO_URING(Speaks.FRAMES, true),
    NETTY_NIO_LINES(Speaks.LINES, false),
    NETTY_EPOLL_LINES(Speaks.LINES, false),
    NETTY_IO_URING_LINES(Speaks.LINES, false);

    /** What goes over the connection beside the application's bytes. */
    enum Speaks {
        NOTHING,
        /** This library's heartbeat protocol. */
        FRAMES,
        /** A protocol whose heartbeats are empty lines. */
        LINES
    }

    final Speaks speaks;
    final boolean hasTls;

    Stack(Speaks speaks, boolean hasTls) {
        this.speaks = speaks;
        this.hasTls = hasTls;
    }

    boolean isNetty() {
        return name().startsWith("NETTY");
    }

    boolean isLoop() {
        return name().startsWith("LOOP");
    }

    static Stream<Stack> all() {
        return Stream.of(values());
    }
}
