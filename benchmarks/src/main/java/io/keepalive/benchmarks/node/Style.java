package io.keepalive.benchmarks.node;

import java.util.List;
import java.util.stream.Stream;

/** A kind of connection whose ends notice that the other one is dead; and what it is compared to. */
public enum Style {
    NETTY_NIO("Netty NIO", Kind.OURS),
    NETTY_NIO_TLS("NIO TLS", Kind.OURS),
    NETTY_EPOLL("epoll", Kind.OURS),
    NETTY_EPOLL_TLS("epoll TLS", Kind.OURS),
    LOOP("loop", Kind.OURS),
    INLINE("INLINE", Kind.OURS),
    INLINE_TLS("INLINE TLS", Kind.OURS),
    /** Its readers are virtual threads. */
    INLINE_VIRTUAL("INLINE virtual", Kind.OURS),
    PUMPED("PUMPED", Kind.OURS),
    PUMPED_TLS("PUMPED TLS", Kind.OURS),
    /** Netty NIO, with the handler for a protocol that has its own heartbeats. */
    WEB_SOCKET("WebSocket", Kind.OURS),
    /** The same. */
    HTTP_2("HTTP/2", Kind.OURS),
    /** Netty's IdleStateHandler at both ends: a byte when nothing was written, a close when nothing was read. */
    IDLE_STATE("IdleStateHandler", Kind.COMPARISON),
    /** A blocking socket with a read timeout, and a thread that writes a byte now and then: virtual, where there are any. */
    BY_HAND("by hand", Kind.COMPARISON),
    /** As {@link #LOOP}, but reads a channel until nothing is left: one peer can hold the loop. */
    GREEDY_LOOP("greedy loop", Kind.CONTROL),
    /** Notices nothing: the control of missed deaths. */
    NO_HEARTBEAT("no heartbeat", Kind.CONTROL);

    /** What a style is there for. */
    public enum Kind {
        OURS,
        /** What is in use elsewhere. */
        COMPARISON,
        /** Shows that a row can fail. */
        CONTROL
    }

    private final String title;
    private final Kind kind;

    Style(String title, Kind kind) {
        this.title = title;
        this.kind = kind;
    }

    /** The head of its column. */
    public String title() {
        return title;
    }

    public boolean isOurs() {
        return kind == Kind.OURS;
    }

    public boolean isTls() {
        return name().endsWith("_TLS");
    }

    /** Whether it speaks this library's protocol, or a byte stream that takes it for data. */
    public boolean isFramed() {
        return this != WEB_SOCKET && this != HTTP_2;
    }

    boolean isVirtual() {
        return this == INLINE_VIRTUAL;
    }

    boolean isPumped() {
        return name().startsWith("PUMPED");
    }

    /** Its listener's port. */
    public int port(int basePort) {
        return basePort + List.of(values()).indexOf(this);
    }

    /** Those that this JDK can run. */
    public static List<Style> here() {
        return Stream.of(values())
                .filter(style -> !style.isVirtual() || VirtualThreads.exist())
                .toList();
    }
}
