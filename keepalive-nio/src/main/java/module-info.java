/** Heartbeats on the JDK's own sockets: in a selector loop, over blocking streams, over TLS. */
module io.keepalive.nio {
    requires transitive io.keepalive.core;
    requires org.slf4j;
    requires static org.jspecify;

    exports io.keepalive.nio;
    exports io.keepalive.nio.blocking;
}
