/**
 * Keepalive for Netty: bootstraps, accepted children and single channels get a policy, whatever their transport.
 *
 * <p>It also keeps heartbeats in pipelines.
 *
 * <p>Native transports, WebSocket, HTTP/2 and Netty's idle events are optional: who uses one requires it.
 */
module io.keepalive.netty {
    requires transitive io.keepalive.core;
    requires transitive io.netty.buffer;
    requires transitive io.netty.common;
    requires transitive io.netty.transport;
    requires org.slf4j;
    requires static io.netty.codec.http;
    requires static io.netty.codec.http2;
    requires static io.netty.handler;
    requires static io.netty.handler.proxy;
    requires static io.netty.transport.classes.epoll;
    requires static io.netty.transport.classes.io_uring;
    requires static io.netty.transport.classes.kqueue;
    requires static io.netty.transport.unix.common;
    requires static org.jspecify;

    exports io.keepalive.netty;
    exports io.keepalive.netty.heartbeat;

    provides io.netty.bootstrap.ChannelInitializerExtension with
            io.keepalive.netty.KeepAliveExtension;
}
