package io.keepalive.netty.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.netty.ChannelLiveness;
import io.keepalive.netty.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The kernel takes more of a writer only when a third of its buffer is free, which takes longer than the limit here. What the
 * peer acknowledges meanwhile is progress.
 */
@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // the handler reports what happens
class SlowPeerIT {
    private static final HeartbeatConfig CONFIG =
            HeartbeatConfig.parse("ping-idle=60s,beat-interval=200ms,write-stall-timeout=1s,close-timeout=1s,one-way");

    @ParameterizedTest
    @MethodSource("io.keepalive.netty.Transport#here")
    void peerAcknowledgesALittleAtATime_noStalledWrite(Transport transport) throws Exception {
        EventLoopGroup group = transport.group(1);
        AtomicReference<@Nullable Throwable> lost = new AtomicReference<>();
        try (ServerSocket listener = new ServerSocket()) {
            listener.setReceiveBufferSize(64 * 1024);
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Channel channel = new Bootstrap()
                    .group(group)
                    .channel(transport.client)
                    .option(ChannelOption.SO_SNDBUF, 2 << 20)
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel made) {
                            made.pipeline()
                                    .addLast(
                                            new HeartbeatHandler<>(CONFIG, ByteBuf.class, HeartbeatFormats.emptyLine()))
                                    .addLast(new ChannelInboundHandlerAdapter() {
                                        @Override
                                        public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
                                            lost.set(thrown);
                                        }
                                    });
                        }
                    })
                    .connect(listener.getLocalSocketAddress())
                    .sync()
                    .channel();
            try (Socket accepted = listener.accept()) {
                assumeTrue(ChannelLiveness.tcpInfo(channel).isPresent(), "this JVM can't ask the kernel");
                channel.writeAndFlush(channel.alloc().buffer().writeZero(16 << 20));
                InputStream peer = accepted.getInputStream();
                long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
                while (System.nanoTime() - endNanos < 0 && lost.get() == null) {
                    peer.skipNBytes(8 * 1024);
                    TimeUnit.MILLISECONDS.sleep(50); // the peer's speed
                }
                assertThat(lost).hasNullValue();
            }
        } finally {
            Transport.shutDown(group);
        }
    }
}
