package io.keepalive.netty.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.loss.LossCause;
import io.keepalive.netty.Loopback;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A reset that is met by a write, since nobody reads: Netty closes the channel, and tells who wrote. So do heartbeats. */
@Timeout(30)
class BrokenWriteTest {
    private static final HeartbeatConfig CONFIG = HeartbeatConfig.defaults();

    @Test
    void codec_reportsTheCause() throws Exception {
        assertThat(lossOf(() -> new HeartbeatCodec(CONFIG))).isEqualTo(LossCause.PEER_RESET);
    }

    @Test
    void handler_reportsTheCause() throws Exception {
        assertThat(lossOf(() -> new HeartbeatHandler<>(CONFIG, ByteBuf.class, HeartbeatHandlerTest.Letters.FORMAT)))
                .isEqualTo(LossCause.PEER_RESET);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it fails, which is what is looked at
    private static LossCause lossOf(Supplier<ChannelHandler> heartbeat) throws Exception {
        BlockingQueue<Throwable> thrown = new LinkedBlockingQueue<>();
        try (Loopback net = new Loopback();
                ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Channel channel = net.client()
                    .option(ChannelOption.AUTO_READ, false)
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel made) {
                            made.pipeline().addLast(heartbeat.get(), new ChannelInboundHandlerAdapter() {
                                @Override
                                public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                                    thrown.add(cause);
                                }
                            });
                        }
                    })
                    .connect(server.getLocalSocketAddress())
                    .sync()
                    .channel();
            Socket peer = server.accept();
            peer.setSoLinger(true, 0);
            peer.close();
            while (channel.isOpen()) {
                channel.writeAndFlush(Unpooled.buffer(1).writeByte('x')).await(1, TimeUnit.SECONDS);
            }
            Throwable told = thrown.poll(10, TimeUnit.SECONDS);
            assertThat(told).isInstanceOf(ConnectionLostException.class);
            return ((ConnectionLostException) told).cause();
        }
    }
}
