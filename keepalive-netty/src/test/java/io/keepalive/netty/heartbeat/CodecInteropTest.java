package io.keepalive.netty.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.wire.FrameDecoder;
import io.keepalive.heartbeat.wire.FrameEncoder;
import io.keepalive.heartbeat.wire.FrameSession;
import io.keepalive.heartbeat.wire.FrameType;
import io.keepalive.heartbeat.wire.HeartbeatProtocol;
import io.keepalive.netty.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The codec against core's own session on a blocking socket. */
@SuppressWarnings({"FutureReturnValueIgnored", "ByteBufferBackingArray"}) // the tests tell what arrived
class CodecInteropTest {
    private static final HeartbeatConfig CONFIG = HeartbeatConfig.builder()
            .pingIdle(Duration.ofSeconds(2))
            .beatInterval(Duration.ofMillis(100))
            .build();

    static List<Transport> transports() {
        return Transport.here();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void blockingPeer_exchangesEverything_andEndsInOrder(Transport transport) throws Exception {
        List<Throwable> thrown = new CopyOnWriteArrayList<>();
        EventLoopGroup group = transport.group(1);
        try (Socket socket = new Socket()) {
            Channel server = new ServerBootstrap()
                    .group(group)
                    .channel(transport.server)
                    .childHandler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel child) {
                            child.pipeline().addLast(new HeartbeatCodec(CONFIG), new Echo(thrown));
                        }
                    })
                    .bind(InetAddress.getLoopbackAddress(), 0)
                    .sync()
                    .channel();
            socket.connect(new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), ((InetSocketAddress) server.localAddress()).getPort()));
            socket.setSoTimeout(10_000);

            List<FrameType> received = talk(socket);

            assertThat(received).startsWith(FrameType.HELLO).contains(FrameType.BEAT, FrameType.PONG, FrameType.END);
            assertThat(thrown).isEmpty();
        } finally {
            Transport.shutDown(group);
        }
    }

    /** Sends DATA and a PING, waits for their answers and a beat, ends, and reads until the end of the stream. */
    private static List<FrameType> talk(Socket socket) throws Exception {
        FrameSession session = HeartbeatProtocol.of(CONFIG).session(1, System.nanoTime());
        FrameEncoder encoder = new FrameEncoder(session.order());
        FrameDecoder decoder = new FrameDecoder(session.order());
        OutputStream output = socket.getOutputStream();
        ByteBuffer out = ByteBuffer.allocate(8192);
        session.heartbeat().pingNow(Duration.ofSeconds(5), System.nanoTime());
        List<FrameType> received = new ArrayList<>();
        byte[] bytes = new byte[8192];
        int echoed = 0;
        boolean ended = false;
        flush(session, out, output);
        encoder.data(ByteBuffer.wrap(new byte[300]), out);
        flush(session, out, output);
        for (int count = socket.getInputStream().read(bytes);
                count >= 0;
                count = socket.getInputStream().read(bytes)) {
            ByteBuffer in = ByteBuffer.wrap(bytes, 0, count);
            while (decoder.next(in)) {
                received.add(decoder.type());
                if (decoder.type() == FrameType.DATA) {
                    echoed += decoder.slice(in).remaining();
                } else {
                    session.onFrame(decoder, System.nanoTime());
                }
            }
            if (!ended && echoed == 300 && received.contains(FrameType.BEAT) && received.contains(FrameType.PONG)) {
                ended = true;
                session.endOutput();
            }
            flush(session, out, output);
        }
        session.onInputEnded(System.nanoTime());
        assertThat(session.loss()).as("in order").isEmpty();
        assertThat(echoed).isEqualTo(300);
        return received;
    }

    private static void flush(FrameSession session, ByteBuffer out, OutputStream output) throws Exception {
        while (session.write(out)) {
            // all there is
        }
        output.write(out.array(), 0, out.position());
        out.clear();
        session.onFlushed(System.nanoTime());
    }

    /** Echoes, and ends when the peer does. */
    @SuppressWarnings("FutureReturnValueIgnored") // the peer tells what arrived
    private static final class Echo extends ChannelInboundHandlerAdapter {
        private final List<Throwable> thrown;

        Echo(List<Throwable> thrown) {
            this.thrown = thrown;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object bytes) {
            ctx.writeAndFlush(bytes);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ProtocolEvent.InputEnded) {
                ctx.writeAndFlush(FrameType.END);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            thrown.add(cause);
        }
    }
}
