package io.keepalive.netty.heartbeat;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.proxy.ProxyConnectionEvent;
import io.netty.handler.proxy.ProxyHandler;
import io.netty.handler.ssl.SslHandler;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides when the way to the peer is free: no handler in front of a heartbeat is going to start TLS or is still talking to
 * a proxy. A frame that is sent earlier goes out in the clear, or to the proxy.
 *
 * <p>Looks at the pipeline instead of remembering it, since handlers such as {@code SniHandler} replace themselves and
 * applications put an {@code SslHandler} in front later.
 */
final class StartGate {
    static final boolean HAS_SSL = isPresent("io.netty.handler.ssl.SslHandler");

    private StartGate() {}

    /**
     * Whether a frame that is sent now gets to the peer.
     *
     * @param event on its way through the pipeline, or null: a proxy handler says that it is connected, and passes on what
     *     came behind the proxy's answer, before it takes itself for connected
     */
    static boolean isOpen(ChannelHandlerContext ctx, @Nullable Object event) {
        ChannelHandler self = ctx.handler();
        for (Map.Entry<String, ChannelHandler> entry : ctx.pipeline()) {
            ChannelHandler handler = entry.getValue();
            if (handler == self) {
                return true;
            }
            if (blocks(handler, event)) {
                return false;
            }
        }
        return true;
    }

    private static boolean blocks(ChannelHandler handler, @Nullable Object event) {
        if (HAS_SSL && Ssl.isHandshaking(handler)) {
            return true;
        }
        // By name: netty-handler and netty-handler-proxy are optional, and subclasses count.
        for (Class<?> type = handler.getClass(); type != null; type = type.getSuperclass()) {
            switch (type.getName()) {
                case "io.netty.handler.ssl.AbstractSniHandler",
                        "io.netty.handler.ssl.SslClientHelloHandler",
                        "io.netty.handler.ssl.OptionalSslHandler" -> {
                    return true; // gone once it has decided
                }
                case "io.netty.handler.proxy.ProxyHandler" -> {
                    return !Proxy.isConnected(handler, event);
                }
                default -> {}
            }
        }
        return false;
    }

    /** Netty's event after which the gate may have opened; harmless if it has not. */
    static boolean mayOpen(Object event) {
        String name = event.getClass().getName();
        return name.equals("io.netty.handler.ssl.SslHandshakeCompletionEvent")
                || name.equals("io.netty.handler.proxy.ProxyConnectionEvent");
    }

    static boolean isPresent(String name) {
        try {
            Class.forName(name, false, StartGate.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    /** Touched only where its classes are. */
    private static final class Ssl {
        static boolean isHandshaking(ChannelHandler handler) {
            return handler instanceof SslHandler tls && !tls.handshakeFuture().isSuccess();
        }
    }

    /** Touched only where its classes are. */
    private static final class Proxy {
        static boolean isConnected(ChannelHandler handler, @Nullable Object event) {
            return handler instanceof ProxyHandler proxy
                    && (proxy.isConnected()
                            || (event instanceof ProxyConnectionEvent connected
                                    && connected.proxyAddress().equals(proxy.proxyAddress())));
        }
    }
}
