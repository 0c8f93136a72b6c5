package io.keepalive.benchmarks.node;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.netty.heartbeat.HeartbeatFormats;
import io.keepalive.netty.heartbeat.HeartbeatHandler;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Netty's own codecs under a {@link HeartbeatHandler}. The application writes buffers, and starts at {@link Ready}. */
@SuppressWarnings("FutureReturnValueIgnored") // the pipeline reports what becomes of a channel
final class HttpPipelines {
    private static final int LARGEST_REQUEST_BYTES = 8 * 1024;

    private HttpPipelines() {}

    /** Messages may be sent. */
    enum Ready {
        READY
    }

    static void webSocket(ChannelPipeline pipeline, boolean isClient, HeartbeatConfig config) {
        if (isClient) {
            WebSocketClientProtocolConfig client = WebSocketClientProtocolConfig.newBuilder()
                    .webSocketUri("ws://node/")
                    .dropPongFrames(false)
                    .build();
            pipeline.addLast(
                    new HttpClientCodec(),
                    new HttpObjectAggregator(LARGEST_REQUEST_BYTES),
                    new WebSocketClientProtocolHandler(client));
        } else {
            WebSocketServerProtocolConfig server = WebSocketServerProtocolConfig.newBuilder()
                    .websocketPath("/")
                    .dropPongFrames(false)
                    .build();
            pipeline.addLast(
                    new HttpServerCodec(),
                    new HttpObjectAggregator(LARGEST_REQUEST_BYTES),
                    new WebSocketServerProtocolHandler(server));
        }
        pipeline.addLast(new WebSocketMessages(config));
    }

    static void http2(ChannelPipeline pipeline, boolean isClient, HeartbeatConfig config) {
        Http2Messages messages = new Http2Messages(isClient);
        pipeline.addLast(
                (isClient ? Http2FrameCodecBuilder.forClient() : Http2FrameCodecBuilder.forServer()).build(),
                new HeartbeatHandler<>(config, Http2PingFrame.class, HeartbeatFormats.http2()),
                new Http2MultiplexHandler(messages.ofStream()),
                messages);
    }

    private static final class WebSocketMessages extends ChannelDuplexHandler {
        private final HeartbeatConfig config;

        WebSocketMessages(HeartbeatConfig config) {
            this.config = config;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof WebSocketServerProtocolHandler.HandshakeComplete
                    || event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
                ctx.pipeline()
                        .addBefore(
                                ctx.name(),
                                "heartbeat",
                                new HeartbeatHandler<>(config, WebSocketFrame.class, HeartbeatFormats.webSocket()));
                ctx.fireUserEventTriggered(Ready.READY);
            } else {
                ctx.fireUserEventTriggered(event);
            }
        }

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            ctx.write(
                    message instanceof ByteBuf data ? new BinaryWebSocketFrame(data) : message,
                    promise); // or the handshake
        }
    }

    /** One stream, which the client opens. */
    private static final class Http2Messages extends ChannelDuplexHandler {
        private final boolean isClient;
        private @Nullable Channel stream;

        Http2Messages(boolean isClient) {
            this.isClient = isClient;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            if (isClient) {
                new Http2StreamChannelBootstrap(ctx.channel())
                        .handler(ofStream())
                        .open()
                        .addListener(opened -> {
                            if (opened.isSuccess()) {
                                Http2Headers request = new DefaultHttp2Headers()
                                        .method("POST")
                                        .scheme("http")
                                        .authority("node")
                                        .path("/");
                                ((Channel) opened.getNow()).writeAndFlush(new DefaultHttp2HeadersFrame(request));
                            }
                        });
            }
            ctx.fireChannelActive();
        }

        ChannelHandler ofStream() {
            return new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object message) {
                    ReferenceCountUtil.release(message);
                    if (message instanceof Http2HeadersFrame) {
                        stream = ctx.channel();
                        if (!isClient) {
                            ctx.writeAndFlush(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("200")));
                        }
                        ctx.channel()
                                .parent()
                                .pipeline()
                                .context(Http2Messages.this)
                                .fireUserEventTriggered(Ready.READY);
                    }
                }
            };
        }

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            Objects.requireNonNull(stream).writeAndFlush(new DefaultHttp2DataFrame((ByteBuf) message));
            promise.setSuccess();
        }
    }
}
