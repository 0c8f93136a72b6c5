package io.keepalive.netty.heartbeat;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatFormat;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.netty.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A connection that is watched by Netty's IdleStateHandler, or by a heartbeat, with the same deadline; counts alarms. */
public final class Watched extends ChannelInboundHandlerAdapter {
    static final Duration DEADLINE = Duration.ofSeconds(1);

    /** Silent for a second, whatever the peer knows: as strict as IdleStateHandler is. */
    public static final HeartbeatConfig CONFIG = HeartbeatConfig.builder()
            .pingIdle(DEADLINE.dividedBy(2))
            .pongTimeout(DEADLINE.dividedBy(4))
            .maxMissedPongs(2)
            .writeStallTimeout(DEADLINE)
            .requireHeartbeats()
            .build();

    /** For processes that have to start, beside others, on a busy machine. */
    public static final HeartbeatConfig PATIENT = CONFIG.toBuilder()
            .pingIdle(Duration.ofSeconds(3))
            .pongTimeout(Duration.ofSeconds(1))
            .writeStallTimeout(Duration.ofSeconds(20))
            .build();

    private static final HeartbeatConfig ONE_WAY = CONFIG.toBuilder().oneWay().build();

    public enum Kind {
        IDLE_STATE {
            @Override
            ChannelHandler handler() {
                return new IdleStateHandler(DEADLINE.toMillis(), 0, 0, TimeUnit.MILLISECONDS);
            }
        },
        IDLE_STATE_WRITING {
            @Override
            ChannelHandler handler() {
                return new IdleStateHandler(true, 0, DEADLINE.toMillis(), 0, TimeUnit.MILLISECONDS);
            }
        },
        HEARTBEAT {
            @Override
            ChannelHandler handler() {
                return new HeartbeatHandler<>(ONE_WAY, ByteBuf.class, AnyByte.FORMAT);
            }
        },
        CODEC {
            @Override
            ChannelHandler handler() {
                return new HeartbeatCodec(CONFIG);
            }
        },
        PATIENT_CODEC {
            @Override
            ChannelHandler handler() {
                return new HeartbeatCodec(PATIENT);
            }
        };

        abstract ChannelHandler handler();
    }

    /** Any byte will do. */
    private enum AnyByte implements HeartbeatFormat<ByteBuf> {
        FORMAT;

        @Override
        public ByteBuf beat() {
            return Unpooled.buffer(1).writeByte('.');
        }

        @Override
        public boolean read(ByteBuf message, Signals signals) {
            return false;
        }
    }

    public final List<String> alarms = new CopyOnWriteArrayList<>();
    public final Channel channel;

    public Watched(Kind kind, Transport transport, EventLoopGroup group, String host, int port)
            throws InterruptedException {
        channel = connect(kind, transport, group, host, port);
    }

    /** An accepted channel, into whose pipeline this is put. */
    public Watched(Channel channel) {
        this.channel = channel;
    }

    private Channel connect(Kind kind, Transport transport, EventLoopGroup group, String host, int port)
            throws InterruptedException {
        return new Bootstrap()
                .group(group)
                .channel(transport.client)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel made) {
                        made.pipeline().addLast(kind.handler(), Watched.this);
                    }
                })
                .connect(host, port)
                .sync()
                .channel();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) {
        ((ByteBuf) bytes).release();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof IdleStateEvent idle) {
            alarms.add(idle.state().name());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        alarms.add(cause instanceof ConnectionLostException lost ? lost.cause().name() : cause.toString());
    }
}
