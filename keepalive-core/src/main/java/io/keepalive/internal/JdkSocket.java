package io.keepalive.internal;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The options and addresses of one family of JDK sockets. The JDK has three families with the same methods and no common
 * type. Instances are stateless.
 *
 * @param <S> the JDK type
 */
public interface JdkSocket<S> {
    /** The options that the JDK offers on this socket. */
    Set<SocketOption<?>> supportedOptions(S socket);

    <T> T get(S socket, SocketOption<T> option) throws IOException;

    <T> void set(S socket, SocketOption<T> option, T value) throws IOException;

    boolean isOpen(S socket);

    boolean isListener(S socket);

    /** The local address; null if the socket is not bound. */
    @Nullable
    SocketAddress localAddress(S socket) throws IOException;

    /** The peer address; null for a listener and for a socket that is not connected. */
    @Nullable
    SocketAddress peerAddress(S socket) throws IOException;

    /** Connecting TCP sockets have SO_KEEPALIVE; listeners lack it, and Unix-domain listeners lack SO_REUSEADDR, too. */
    default boolean isTcp(S socket) {
        return supportedOptions(socket)
                .contains(isListener(socket) ? StandardSocketOptions.SO_REUSEADDR : StandardSocketOptions.SO_KEEPALIVE);
    }

    /** The kind of socket, for reports. */
    String describe(S socket);

    /** {@code Socket} and {@code SSLSocket}. */
    final class OfSocket implements JdkSocket<Socket> {
        @Override
        public Set<SocketOption<?>> supportedOptions(Socket socket) {
            return socket.supportedOptions();
        }

        @Override
        public <T> T get(Socket socket, SocketOption<T> option) throws IOException {
            return socket.getOption(option);
        }

        @Override
        public <T> void set(Socket socket, SocketOption<T> option, T value) throws IOException {
            socket.setOption(option, value);
        }

        @Override
        public boolean isOpen(Socket socket) {
            return !socket.isClosed();
        }

        @Override
        public boolean isListener(Socket socket) {
            return false;
        }

        @Override
        public @Nullable SocketAddress localAddress(Socket socket) {
            return socket.getLocalSocketAddress();
        }

        @Override
        public @Nullable SocketAddress peerAddress(Socket socket) {
            return socket.getRemoteSocketAddress();
        }

        @Override
        public String describe(Socket socket) {
            return socket instanceof javax.net.ssl.SSLSocket ? "SSLSocket" : "Socket";
        }
    }

    /** {@code ServerSocket}. */
    final class OfServerSocket implements JdkSocket<ServerSocket> {
        @Override
        public Set<SocketOption<?>> supportedOptions(ServerSocket socket) {
            return socket.supportedOptions();
        }

        @Override
        public <T> T get(ServerSocket socket, SocketOption<T> option) throws IOException {
            return socket.getOption(option);
        }

        @Override
        public <T> void set(ServerSocket socket, SocketOption<T> option, T value) throws IOException {
            socket.setOption(option, value);
        }

        @Override
        public boolean isOpen(ServerSocket socket) {
            return !socket.isClosed();
        }

        @Override
        public boolean isListener(ServerSocket socket) {
            return true;
        }

        @Override
        public @Nullable SocketAddress localAddress(ServerSocket socket) {
            return socket.getLocalSocketAddress();
        }

        @Override
        public @Nullable SocketAddress peerAddress(ServerSocket socket) {
            return null;
        }

        @Override
        public String describe(ServerSocket socket) {
            return "ServerSocket";
        }
    }

    /** Channels, including listening and asynchronous ones. */
    final class OfChannel implements JdkSocket<NetworkChannel> {
        @Override
        public Set<SocketOption<?>> supportedOptions(NetworkChannel channel) {
            return channel.supportedOptions();
        }

        @Override
        public <T> T get(NetworkChannel channel, SocketOption<T> option) throws IOException {
            return channel.getOption(option);
        }

        @Override
        public <T> void set(NetworkChannel channel, SocketOption<T> option, T value) throws IOException {
            channel.setOption(option, value);
        }

        @Override
        public boolean isOpen(NetworkChannel channel) {
            return channel.isOpen();
        }

        @Override
        public boolean isListener(NetworkChannel channel) {
            return channel instanceof ServerSocketChannel || channel instanceof AsynchronousServerSocketChannel;
        }

        @Override
        public @Nullable SocketAddress localAddress(NetworkChannel channel) throws IOException {
            return channel.getLocalAddress();
        }

        @Override
        public @Nullable SocketAddress peerAddress(NetworkChannel channel) throws IOException {
            if (channel instanceof SocketChannel connecting) {
                return connecting.getRemoteAddress();
            }
            return channel instanceof AsynchronousSocketChannel connecting ? connecting.getRemoteAddress() : null;
        }

        @Override
        public String describe(NetworkChannel channel) {
            if (channel instanceof ServerSocketChannel) {
                return "ServerSocketChannel";
            }
            if (channel instanceof AsynchronousServerSocketChannel) {
                return "AsynchronousServerSocketChannel";
            }
            return channel instanceof AsynchronousSocketChannel
                    ? "AsynchronousSocketChannel"
                    : channel instanceof SocketChannel ? "SocketChannel" : "NetworkChannel";
        }
    }
}
