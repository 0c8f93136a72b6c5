package io.keepalive.benchmarks;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatFormat;
import io.keepalive.netty.heartbeat.HeartbeatCodec;
import io.keepalive.netty.heartbeat.HeartbeatFormats;
import io.keepalive.netty.heartbeat.HeartbeatHandler;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import io.netty.handler.timeout.IdleStateHandler;

/** What is compared in a Netty pipeline. */
public enum PipelineHandlers {
    EMPTY {
        @Override
        void addTo(ChannelPipeline pipeline) {
            // nothing
        }
    },
    IDLE_STATE {
        @Override
        void addTo(ChannelPipeline pipeline) {
            pipeline.addLast(new IdleStateHandler(60, 30, 0));
        }
    },
    /** Engine only. */
    HEARTBEAT {
        @Override
        void addTo(ChannelPipeline pipeline) {
            pipeline.addLast(new HeartbeatHandler<>(CONFIG, ByteBuf.class, Nothing.FORMAT));
        }
    },
    LENGTH_FIELD {
        @Override
        void addTo(ChannelPipeline pipeline) {
            pipeline.addLast(new LengthFieldBasedFrameDecoder(65_536, 0, 4, 0, 4), new LengthFieldPrepender(4));
        }
    },
    IDLE_STATE_AND_LENGTH_FIELD {
        @Override
        void addTo(ChannelPipeline pipeline) {
            IDLE_STATE.addTo(pipeline);
            LENGTH_FIELD.addTo(pipeline);
        }
    },
    /** Engine and framing apart: two handlers of Netty's, one of ours. */
    HEARTBEAT_AND_LENGTH_FIELD {
        @Override
        void addTo(ChannelPipeline pipeline) {
            LENGTH_FIELD.addTo(pipeline);
            pipeline.addLast(new HeartbeatHandler<>(ONE_WAY, ByteBuf.class, HeartbeatFormats.emptyFrame()));
        }
    },
    /** Engine and framing. */
    CODEC {
        @Override
        void addTo(ChannelPipeline pipeline) {
            pipeline.addLast(new HeartbeatCodec(CONFIG));
        }
    };

    static final HeartbeatConfig CONFIG = HeartbeatConfig.defaults();
    private static final HeartbeatConfig ONE_WAY = CONFIG.toBuilder().oneWay().build();

    abstract void addTo(ChannelPipeline pipeline);

    /** Never ours: every message is looked at and passes. */
    private enum Nothing implements HeartbeatFormat<ByteBuf> {
        FORMAT;

        @Override
        public ByteBuf beat() {
            return Unpooled.EMPTY_BUFFER;
        }

        @Override
        public boolean read(ByteBuf message, Signals signals) {
            return false;
        }
    }
}
