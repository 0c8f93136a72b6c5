package io.keepalive.netty.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.wire.FrameHeader;
import io.keepalive.heartbeat.wire.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A proxy says first whom it speaks for; what follows is the codec's. */
class CodecBehindProxyProtocolTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1000})
    void proxysWord_reachesTheApplication_andTheStreamBehindItIsDecoded(int bytesAtOnce) {
        EmbeddedChannel server =
                new EmbeddedChannel(new HAProxyMessageDecoder(), new HeartbeatCodec(HeartbeatConfig.defaults()));
        ByteBuf stream = Unpooled.copiedBuffer("PROXY TCP4 192.0.2.1 192.0.2.2 1000 80\r\n", StandardCharsets.US_ASCII);
        stream.writeBytes(helloAndData());
        while (stream.isReadable()) {
            server.writeInbound(stream.readRetainedSlice(Math.min(bytesAtOnce, stream.readableBytes())));
        }
        stream.release();

        HAProxyMessage word = server.readInbound();
        assertThat(word.sourceAddress()).isEqualTo("192.0.2.1");
        word.release();
        StringBuilder data = new StringBuilder();
        for (ByteBuf piece = server.readInbound(); piece != null; piece = server.readInbound()) {
            data.append(piece.toString(StandardCharsets.US_ASCII));
            piece.release();
        }
        assertThat(data).hasToString("data");
        assertThat(server.isOpen()).isTrue();
        server.finishAndReleaseAll();
        assertThat(LoopTicker.count()).isZero();
    }

    /** What a client's codec sends. */
    private static ByteBuf helloAndData() {
        EmbeddedChannel client = new EmbeddedChannel(new HeartbeatCodec(HeartbeatConfig.defaults()));
        ByteBuf hello = client.readOutbound();
        ByteBuf stream = Unpooled.buffer()
                .writeBytes(hello)
                .writeInt(FrameHeader.of(FrameType.DATA, 4))
                .writeBytes("data".getBytes(StandardCharsets.US_ASCII));
        hello.release();
        client.finishAndReleaseAll();
        return stream;
    }
}
