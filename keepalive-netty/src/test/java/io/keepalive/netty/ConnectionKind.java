package io.keepalive.netty;

import io.keepalive.loss.ConnectionLoss;
import io.keepalive.testing.TestCertificate;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The kinds of connections whose failures are tried, with one way to use them. */
enum ConnectionKind {
    SOCKET {
        @Override
        Connection connect(InetSocketAddress address) throws IOException {
            return new OfSocket(new Socket(address.getAddress(), address.getPort()));
        }
    },
    CHANNEL {
        @Override
        Connection connect(InetSocketAddress address) throws IOException {
            return new OfChannel(SocketChannel.open(address));
        }
    },
    ASYNCHRONOUS {
        @Override
        Connection connect(InetSocketAddress address) throws Exception {
            AsynchronousSocketChannel channel = AsynchronousSocketChannel.open();
            OfAsynchronous.result(channel.connect(address));
            return new OfAsynchronous(channel);
        }
    },
    JDK_TLS {
        @Override
        Connection connect(InetSocketAddress address) throws IOException {
            OfSocket connection = new OfSocket(TestCertificate.ofThisJvm()
                    .context()
                    .getSocketFactory()
                    .createSocket(address.getAddress(), address.getPort()));
            connection.write(); // with the handshake
            for (int i = 0; i < MUCH; i++) {
                connection.read();
            }
            return connection;
        }
    },
    NETTY_NIO {
        @Override
        Connection connect(InetSocketAddress address) throws Exception {
            return OfNetty.connect(Transport.NIO, address);
        }
    },
    NETTY_EPOLL {
        @Override
        Connection connect(InetSocketAddress address) throws Exception {
            return OfNetty.connect(Transport.EPOLL, address);
        }
    },
    NETTY_IO_URING {
        @Override
        Connection connect(InetSocketAddress address) throws Exception {
            return OfNetty.connect(Transport.IO_URING, address);
        }
    };

    private static final int MUCH = 1000;

    /** A connection; what ends it is thrown by a call. */
    interface Connection extends AutoCloseable {
        /** One byte, or -1 at the end of the stream. */
        int read() throws Exception;

        /** Writes a thousand bytes. */
        void write() throws Exception;

        void shutdownOutput() throws Exception;

        Optional<ConnectionLoss> loss(Exception thrown);

        @Override
        void close() throws IOException;
    }

    static List<ConnectionKind> here() {
        List<Transport> transports = Transport.here();
        return Stream.of(values())
                .filter(kind -> !kind.isNetty()
                        || transports.contains(Transport.valueOf(kind.name().substring("NETTY_".length()))))
                .toList();
    }

    boolean isNetty() {
        return name().startsWith("NETTY_");
    }

    abstract Connection connect(InetSocketAddress address) throws Exception;

    /** The finding; the connection is null if it never came about. */
    Optional<ConnectionLoss> loss(@Nullable Connection connection, Exception thrown) {
        if (connection != null) {
            return connection.loss(thrown);
        }
        return isNetty() ? ChannelLoss.of(thrown) : ConnectionLoss.of(thrown);
    }

    private record OfSocket(Socket socket) implements Connection {
        @Override
        public int read() throws IOException {
            return socket.getInputStream().read();
        }

        @Override
        public void write() throws IOException {
            socket.getOutputStream().write(new byte[MUCH]);
        }

        @Override
        public void shutdownOutput() throws IOException {
            socket.shutdownOutput();
        }

        @Override
        public Optional<ConnectionLoss> loss(Exception thrown) {
            return ConnectionLoss.of(thrown, socket);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private record OfChannel(SocketChannel channel) implements Connection {
        @Override
        public int read() throws IOException {
            return channel.read(ByteBuffer.allocate(1));
        }

        @Override
        public void write() throws IOException {
            channel.write(ByteBuffer.allocate(MUCH));
        }

        @Override
        public void shutdownOutput() throws IOException {
            channel.shutdownOutput();
        }

        @Override
        public Optional<ConnectionLoss> loss(Exception thrown) {
            return ConnectionLoss.of(thrown, channel);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private record OfAsynchronous(AsynchronousSocketChannel channel) implements Connection {
        static <T> T result(java.util.concurrent.Future<T> future) throws Exception {
            try {
                return future.get();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
        }

        @Override
        public int read() throws Exception {
            return result(channel.read(ByteBuffer.allocate(1)));
        }

        @Override
        public void write() throws Exception {
            result(channel.write(ByteBuffer.allocate(MUCH)));
        }

        @Override
        public void shutdownOutput() throws IOException {
            channel.shutdownOutput();
        }

        @Override
        public Optional<ConnectionLoss> loss(Exception thrown) {
            return ConnectionLoss.of(thrown);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** A channel of Netty, read from as from a socket. */
    private record OfNetty(Channel channel, BlockingQueue<Object> received) implements Connection {
        private static final Object END = new Object();

        static Connection connect(Transport transport, InetSocketAddress address) throws Exception {
            EventLoopGroup group = Groups.of(transport);
            BlockingQueue<Object> received = new LinkedBlockingQueue<>();
            ChannelFuture future = new Bootstrap()
                    .group(group)
                    .channel(transport.client)
                    .handler(new SimpleChannelInboundHandler<ByteBuf>() {
                        @Override
                        protected void channelRead0(ChannelHandlerContext context, ByteBuf message) {
                            for (int i = message.readableBytes(); i > 0; i--) {
                                received.add(1);
                            }
                        }

                        @Override
                        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                            received.add(cause);
                        }

                        @Override
                        public void channelInactive(ChannelHandlerContext context) {
                            received.add(END);
                        }
                    })
                    .connect(address)
                    .await();
            if (!future.isSuccess()) {
                throw asException(future.cause());
            }
            return new OfNetty(future.channel(), received);
        }

        private static Exception asException(Throwable thrown) {
            return thrown instanceof Exception exception ? exception : new ExecutionException(thrown);
        }

        @Override
        public int read() throws Exception {
            Object next = received.take();
            if (next instanceof Throwable thrown) {
                throw asException(thrown);
            }
            return next == END ? -1 : 1;
        }

        @Override
        public void write() throws Exception {
            ChannelFuture future = channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[MUCH]))
                    .await();
            if (!future.isSuccess()) {
                throw asException(future.cause());
            }
        }

        @Override
        public void shutdownOutput() throws Exception {
            ((io.netty.channel.socket.SocketChannel) channel).shutdownOutput().sync();
        }

        @Override
        public Optional<ConnectionLoss> loss(Exception thrown) {
            return ChannelLoss.of(thrown);
        }

        @Override
        public void close() {
            channel.close().syncUninterruptibly();
        }
    }

    /** A group of each transport, for as long as the JVM runs. */
    private static final class Groups {
        private static final java.util.Map<Transport, EventLoopGroup> GROUPS =
                new java.util.concurrent.ConcurrentHashMap<>();

        static EventLoopGroup of(Transport transport) {
            return GROUPS.computeIfAbsent(transport, each -> each.group(1));
        }
    }
}
