package io.keepalive.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import io.keepalive.Middlebox;
import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatEvent;
import io.keepalive.heartbeat.wire.FrameType;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.netty.heartbeat.HeartbeatCodec;
import io.keepalive.netty.heartbeat.HeartbeatFormats;
import io.keepalive.netty.heartbeat.HeartbeatHandler;
import io.keepalive.netty.heartbeat.ProtocolEvent;
import io.keepalive.socket.KeepAliveReport;
import io.keepalive.socket.Precedence;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What docs/netty.md quotes: compiled here, and there to the letter. What they do is tested elsewhere. */
@SuppressWarnings({"unused", "UnusedMethod", "UnusedVariable", "FutureReturnValueIgnored"})
class SnippetsTest {
    private static final Path SOURCE = Path.of("src/test/java/io/keepalive/netty/SnippetsTest.java");

    private static void first(Bootstrap bootstrap, ServerBootstrap serverBootstrap, Channel channel) {
        // snippet: first
        ChannelKeeper keeper = ChannelKeeper.of(KeepAlive.outliving(Middlebox.AZURE_LOAD_BALANCER));

        Bootstrap client = keeper.keep(bootstrap); // kept before it connects
        ServerBootstrap server = keeper.keep(serverBootstrap); // every accepted child is kept
        Future<KeepAliveReport> report = keeper.keep(channel); // any channel, at any time, from any thread
        // end
    }

    private static void strict(Bootstrap bootstrap) {
        // snippet: strict
        KeepAlive policy = KeepAlive.parse("outliving=4m,user-timeout=auto"); // unacknowledged data: 345 s, not 15 min
        ChannelKeeper keeper = ChannelKeeper.of(policy)
                .precedence(Precedence.TIGHTEN) // the bootstrap's own options may be stricter
                .strict() // an option that can't be had fails the connect with a KeepAliveException
                .onReport((channel, report) -> System.out.println(channel + " " + report));
        // end
    }

    private static void initializer(ChannelKeeper keeper) {
        // snippet: initializer
        ChannelInitializer<SocketChannel> initializer = new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                keeper.keep(channel); // early enough to cover the attempt to connect
                // channel.pipeline().addLast(...)
            }
        };
        // end
    }

    private static void lettuce(ChannelKeeper keeper) {
        // snippet: lettuce
        ClientResources resources = ClientResources.builder()
                .nettyCustomizer(new NettyCustomizer() {
                    @Override
                    public void afterChannelInitialized(Channel channel) {
                        keeper.keep(channel);
                    }
                })
                .build();
        // end
    }

    private static class Kept extends ChannelInboundHandlerAdapter {
        // snippet: loss
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
            ChannelLoss.of(thrown).ifPresent(loss -> System.out.println(ctx.channel() + " " + loss));
            ctx.close();
        }
        // end
    }

    private static void codec(ChannelPipeline pipeline, ChannelHandler application) {
        // snippet: codec
        pipeline.addLast(new HeartbeatCodec(HeartbeatConfig.outliving(Middlebox.AZURE_LOAD_BALANCER)));
        pipeline.addLast(application); // reads and writes ByteBufs, as before
        // end
    }

    // snippet: events
    static class Application extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof HeartbeatEvent.RoundTrip answer) {
                System.out.println("round trip: " + answer.smoothed());
            } else if (event instanceof HeartbeatEvent.PongMissed missed) {
                System.out.println("unanswered questions: " + missed.missedPongs());
            } else if (event instanceof ProtocolEvent.InputEnded) {
                ctx.writeAndFlush(FrameType.END); // nothing more to say from here either: the end, in order
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
            if (thrown instanceof ConnectionLostException lost) {
                System.out.println(lost.cause() + " after " + lost.idle()); // the channel is closed: connect again
            }
        }
    }
    // end

    private static void own(ChannelPipeline pipeline, ChannelHandler application) {
        // snippet: own
        HeartbeatConfig beats = HeartbeatConfig.builder().oneWay().build();
        pipeline.addLast(new LineBasedFrameDecoder(1024));
        pipeline.addLast(new HeartbeatHandler<>(beats, ByteBuf.class, HeartbeatFormats.emptyLine()));
        pipeline.addLast(application);
        // end
    }

    private static void webSocket(ChannelHandlerContext ctx, HeartbeatConfig config) {
        // snippet: websocket
        // dropPongFrames(false) in the WebSocketServerProtocolConfig; then, at HandshakeComplete:
        ctx.pipeline()
                .addBefore(
                        ctx.name(),
                        "heartbeat",
                        new HeartbeatHandler<>(config, WebSocketFrame.class, HeartbeatFormats.webSocket()));
        // end
    }

    private static void http2(ChannelPipeline pipeline, HeartbeatConfig config) {
        // snippet: http2
        pipeline.addLast(Http2FrameCodecBuilder.forClient().build());
        pipeline.addLast(new HeartbeatHandler<>(config, Http2PingFrame.class, HeartbeatFormats.http2()));
        // end
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "first",
                "strict",
                "initializer",
                "lettuce",
                "loss",
                "codec",
                "events",
                "own",
                "websocket",
                "http2"
            })
    void snippet_standsInTheDocs(String name) throws IOException {
        String source = Files.readString(SOURCE);
        String marker = "// snippet: " + name + "\n";
        int start = source.indexOf(marker) + marker.length();
        String snippet =
                source.substring(start, source.indexOf("// end\n", start)).stripIndent();

        assertThat(Files.readString(Path.of("../docs/netty.md"))).contains(snippet);
    }
}
