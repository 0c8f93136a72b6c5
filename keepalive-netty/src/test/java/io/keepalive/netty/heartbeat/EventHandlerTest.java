package io.keepalive.netty.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatEvent;
import io.keepalive.heartbeat.wire.ConnectionEnd;
import io.keepalive.netty.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever an event handler does on one channel, the heartbeats and the events of all others of its event loop go on: of a thousand
 * with {@code -Dkeepalive.listener.others=1000}.
 */
@Timeout(120)
@SuppressWarnings("FutureReturnValueIgnored") // what matters is what the others get
class EventHandlerTest {
    /** Short of the time that a blocked event loop is excused. */
    private static final long BLOCKED_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final int OTHERS = Integer.getInteger("keepalive.listener.others", 100);
    private static final HeartbeatConfig CONFIG = HeartbeatConfig.parse(
            "ping-idle=1s,pong-timeout=5s,max-missed-pongs=2,beat-interval=5s,require-heartbeats,jitter=0%");

    enum Behaviour {
        WRITES {
            @Override
            void act(ChannelHandlerContext ctx) {
                for (int i = 0; i < 20; i++) {
                    ctx.writeAndFlush(Unpooled.buffer(100_000).writeZero(100_000));
                }
            }
        },
        CLOSES {
            @Override
            void act(ChannelHandlerContext ctx) {
                ctx.close();
            }
        },
        BLOCKS {
            @Override
            void act(ChannelHandlerContext ctx) {
                long startNanos = System.nanoTime();
                while (System.nanoTime() - startNanos < BLOCKED_NANOS) {
                    LockSupport.parkNanos(BLOCKED_NANOS);
                }
            }
        },
        THROWS {
            @Override
            void act(ChannelHandlerContext ctx) {
                throw new IllegalStateException("thrown by an event handler");
            }
        },
        THROWS_ERROR {
            @Override
            void act(ChannelHandlerContext ctx) {
                throw new StackOverflowError("thrown by an event handler");
            }
        };

        abstract void act(ChannelHandlerContext ctx);
    }

    private final List<Object> losses = new CopyOnWriteArrayList<>();
    /** The channels that got a round-trip time after one has misbehaved. */
    private final Set<Channel> reported = ConcurrentHashMap.newKeySet();

    private volatile boolean hasActed;

    @ParameterizedTest
    @EnumSource
    void handlerMisbehaves_othersAreAnsweredAndReported(Behaviour behaviour) throws Exception {
        EventLoopGroup servers = Transport.NIO.group(1);
        EventLoopGroup clients = Transport.NIO.group(1);
        try {
            Channel server = new ServerBootstrap()
                    .group(servers)
                    .channel(Transport.NIO.server)
                    .childHandler(pipeline(new Reader()))
                    .bind(InetAddress.getLoopbackAddress(), 0)
                    .sync()
                    .channel();
            for (int i = 0; i < OTHERS; i++) {
                connect(clients, server, new Other());
            }
            connect(clients, server, new Misbehaving(behaviour));

            await().atMost(60, TimeUnit.SECONDS).until(() -> reported.size() == OTHERS);
            assertThat(losses).isEmpty();
        } finally {
            Transport.shutDown(clients);
            Transport.shutDown(servers);
        }
    }

    private static void connect(EventLoopGroup group, Channel server, ChannelHandler handler)
            throws InterruptedException {
        new Bootstrap()
                .group(group)
                .channel(Transport.NIO.client)
                .handler(pipeline(handler))
                .connect(server.localAddress())
                .sync();
    }

    private static ChannelInitializer<Channel> pipeline(ChannelHandler application) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new HeartbeatCodec(CONFIG), application);
            }
        };
    }

    @ChannelHandler.Sharable
    private static class Reader extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {}

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {}
    }

    private final class Other extends Reader {
        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ConnectionEnd) {
                losses.add(event);
            } else if (event instanceof HeartbeatEvent.RoundTrip && hasActed) {
                reported.add(ctx.channel());
            }
        }
    }

    private final class Misbehaving extends Reader {
        private final Behaviour behaviour;

        Misbehaving(Behaviour behaviour) {
            this.behaviour = behaviour;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof HeartbeatEvent.RoundTrip) {
                hasActed = true;
                behaviour.act(ctx);
            }
        }
    }
}
