package io.keepalive.socket;

import io.keepalive.KeepAliveOption;
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
 * How options are read and written on one family of JDK sockets. The JDK has three families with the same methods and
 * no common type; the instances here are stateless, so that no wrapper is made per socket.
 *
 * @param <S> the JDK type
 */
public interface JdkSocket<S> {
    /** What the JDK offers on this socket. */
    Set<SocketOption<?>> supportedOptions(S socket);

    /** Whether an option that was asked for can be had, by whatever way. */
    default boolean supports(S socket, SocketOption<?> option) {
        return supportedOptions(socket).contains(option);
    }

    /** Whether an option that nobody asked for can be read without side effects. */
    default boolean shows(S socket, SocketOption<?> option) {
        return supportedOptions(socket).contains(option);
    }

    /** Whether reading an option that nobody asked for costs no more than a call of the system. */
    default boolean isCheap(KeepAliveOption option) {
        // What only the descriptor tells would have to be searched for; who wants that can inspect.
        return option != KeepAliveOption.TCP_USER_TIMEOUT;
    }

    /** Why this very socket lacks an option, where its kind knows better than the JDK; empty if it does not. */
    default String whyMissing(S socket, KeepAliveOption option) {
        return "";
    }

    /** What would help to get what is not {@linkplain #supports supported} but could be; empty if nothing is known. */
    default String remedy() {
        return "";
    }

    <T> T get(S socket, SocketOption<T> option) throws IOException;

    <T> void set(S socket, SocketOption<T> option, T value) throws IOException;

    boolean isOpen(S socket);

    boolean isListener(S socket);

    /** The local end; null if it is not bound. */
    @Nullable
    SocketAddress localAddress(S socket) throws IOException;

    /** The peer; null for a listener and for what is not connected. */
    @Nullable
    SocketAddress peerAddress(S socket) throws IOException;

    /** Of the TCP sockets only the connected kind has SO_KEEPALIVE; Unix-domain listeners have no SO_REUSEADDR. */
    default boolean isTcp(S socket) {
        return supportedOptions(socket)
                .contains(isListener(socket) ? StandardSocketOptions.SO_REUSEADDR : StandardSocketOptions.SO_KEEPALIVE);
    }

    /** What kind of socket it is, for reports. */
    String describe(S socket);

    /** {@code Socket}, and {@code SSLSocket}, which passes options through to the TCP socket below it. */
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

    /** Every channel, listening ones and asynchronous ones too. */
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
