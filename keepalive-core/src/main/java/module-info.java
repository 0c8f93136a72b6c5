/**
 * The keepalive policy, its application to every JDK TCP socket, the causes of connection losses, and the heartbeat
 * engine.
 *
 * <p>Plain {@code requires}: with {@code requires static} a modular program would run without {@code jdk.net}, and every
 * {@code TCP_KEEP*} option would silently be gone.
 */
@SuppressWarnings("module") // this project's other modules are not there when this one is compiled
module io.keepalive.core {
    requires jdk.jfr;
    requires jdk.net;
    requires static org.jspecify;

    exports io.keepalive;
    exports io.keepalive.heartbeat;
    exports io.keepalive.heartbeat.wire;
    exports io.keepalive.loss;
    exports io.keepalive.socket;
    exports io.keepalive.internal to
            io.keepalive.cli,
            io.keepalive.netty,
            io.keepalive.nio;
    exports io.keepalive.internal.linux to
            io.keepalive.cli;
}
