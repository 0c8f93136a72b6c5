package io.keepalive.netty.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatEvent;
import io.keepalive.loss.LossCause;
import io.keepalive.netty.heartbeat.HeartbeatHandlerTest.Application;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2PingFrame;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The protocols that a {@link HeartbeatHandler} knows, behind Netty's own codecs, in virtual time; WebSocketIT has one more. */
class HeartbeatFormatsTest {
    private static final HeartbeatConfig CONFIG =
            HeartbeatConfig.builder().jitterPercent(0).build();

    private static final HeartbeatConfig ONE_WAY = CONFIG.toBuilder().oneWay().build();

    private final Application application = new Application();
    private final List<EmbeddedChannel> channels = new ArrayList<>();

    @AfterEach
    void finish() {
        channels.forEach(EmbeddedChannel::finishAndReleaseAll);
        assertThat(LoopTicker.count()).isZero();
    }

    private EmbeddedChannel channel(ChannelHandler... handlers) {
        EmbeddedChannel channel = new EmbeddedChannel(handlers);
        channel.freezeTime();
        channels.add(channel);
        return channel;
    }

    private static void pass(EmbeddedChannel channel, Duration time) {
        channel.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
        channel.runPendingTasks();
    }

    private static ByteBuf text(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }

    /** All that was sent and not yet taken. */
    private static ByteBuf sent(EmbeddedChannel channel) {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            all.writeBytes(part);
            part.release();
        }
        return all;
    }

    private static String sentText(EmbeddedChannel channel) {
        ByteBuf sent = sent(channel);
        String text = sent.toString(StandardCharsets.US_ASCII);
        sent.release();
        return text;
    }

    private static List<String> received(EmbeddedChannel channel) {
        List<String> texts = new ArrayList<>();
        for (ByteBuf message = channel.readInbound(); message != null; message = channel.readInbound()) {
            texts.add(message.toString(StandardCharsets.US_ASCII));
            message.release();
        }
        return texts;
    }

    @Test
    void webSocket_aPongThatIsNotOurs_isTheApplications() {
        EmbeddedChannel channel = channel(
                new HeartbeatHandler<>(CONFIG, WebSocketFrame.class, HeartbeatFormats.webSocket()), application);
        channel.writeInbound(new PongWebSocketFrame(), new PongWebSocketFrame(text("mine")));

        PongWebSocketFrame seen = channel.readInbound();
        assertThat(seen.content().toString(StandardCharsets.US_ASCII)).isEqualTo("mine");
        seen.release();
        assertThat(channel.<Object>readInbound()).isNull();
    }

    /** The standard obliges it to answer: the handshake was proof enough. */
    @Test
    void webSocket_peerThatNeverSentAHeartbeat_isFoundDead() {
        EmbeddedChannel channel = channel(
                new HeartbeatHandler<>(CONFIG, WebSocketFrame.class, HeartbeatFormats.webSocket()), application);
        for (int second = 0; second < 2 * CONFIG.detectionTime().toSeconds(); second++) {
            pass(channel, Duration.ofSeconds(1));
        }

        assertThat(application.lost()).isEqualTo(LossCause.HEARTBEAT_TIMEOUT);
    }

    @Test
    void http2_pingIsAnsweredByThePeersCodec_andNoOtherHandlerSeesIt() {
        HeartbeatHandler<Http2PingFrame> handler =
                new HeartbeatHandler<>(CONFIG, Http2PingFrame.class, HeartbeatFormats.http2());
        EmbeddedChannel client = channel(Http2FrameCodecBuilder.forClient().build(), handler, application);
        EmbeddedChannel server = channel(Http2FrameCodecBuilder.forServer().build());
        for (int second = 0; second < 300; second++) {
            if (second == 50) {
                handler.pingNow(Duration.ofSeconds(2));
            }
            pass(client, Duration.ofSeconds(1));
            server.writeInbound(sent(client));
            ByteBuf answer = sent(server);
            if (second < 100) {
                client.writeInbound(answer);
            } else {
                answer.release(); // a box in between has forgotten them
            }
        }

        assertThat(application.events)
                .hasAtLeastOneElementOfType(HeartbeatEvent.RoundTrip.class)
                .hasAtLeastOneElementOfType(HeartbeatEvent.PongMissed.class);
        assertThat(application.lost()).isEqualTo(LossCause.HEARTBEAT_TIMEOUT);
        for (Object message = client.readInbound(); message != null; message = client.readInbound()) {
            assertThat(message).isNotInstanceOf(Http2PingFrame.class);
        }
    }

    @Test
    void emptyLine_isTheBeat_andTheApplicationSeesNone() {
        EmbeddedChannel channel = channel(
                new LineBasedFrameDecoder(64),
                new HeartbeatHandler<>(ONE_WAY, ByteBuf.class, HeartbeatFormats.emptyLine()),
                application);
        channel.writeInbound(text("a\n\n\r\nb"), text("c\n"));
        assertThat(received(channel)).containsExactly("a", "bc");
        assertThat(application.events).containsExactly(new HeartbeatEvent.PeerSupportsHeartbeats());
        pass(channel, Duration.ofSeconds(16));

        assertThat(sentText(channel)).isEqualTo("\n");
    }

    /** Engine and framing apart: the frames are Netty's. */
    @Test
    void emptyFrame_isTheBeat_whateverTheCuts_andTheApplicationSeesNone() {
        EmbeddedChannel channel = framed();
        ByteBuf stream = Unpooled.buffer();
        stream.writeInt(0)
                .writeInt(3)
                .writeBytes(text("abc"))
                .writeInt(0)
                .writeInt(1)
                .writeBytes(text("d"));
        while (stream.isReadable()) {
            channel.writeInbound(stream.readRetainedSlice(1));
        }
        stream.release();
        assertThat(received(channel)).containsExactly("abc", "d");

        channel.writeOutbound(text("xy"));
        assertThat(sentText(channel)).isEqualTo("\0\0\0\2xy");
        pass(channel, Duration.ofSeconds(16));
        assertThat(sentText(channel)).isEqualTo("\0\0\0\0");
    }

    @Test
    void emptyFrame_halfAFrameIsProofOfLife_silenceIsNone() {
        EmbeddedChannel channel = framed();
        channel.writeInbound(Unpooled.buffer().writeInt(0).writeInt(100)); // knows heartbeats, and says something long
        for (int second = 0; second < 98; second++) {
            pass(channel, Duration.ofSeconds(1));
            channel.writeInbound(text("x"));
        }
        assertThat(channel.isOpen()).isTrue();
        for (int second = 0; second < 65; second++) {
            pass(channel, Duration.ofSeconds(1));
        }

        assertThat(application.lost()).isEqualTo(LossCause.HEARTBEAT_TIMEOUT);
    }

    private EmbeddedChannel framed() {
        return channel(
                new LengthFieldBasedFrameDecoder(1024, 0, 4, 0, 4),
                new LengthFieldPrepender(4),
                new HeartbeatHandler<>(ONE_WAY, ByteBuf.class, HeartbeatFormats.emptyFrame()),
                application);
    }
}
