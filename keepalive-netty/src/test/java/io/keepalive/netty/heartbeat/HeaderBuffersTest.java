package io.keepalive.netty.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeaderBuffersTest {
    private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    private final ChannelHandlerContext context = channel.pipeline().firstContext();

    @AfterEach
    void close() {
        FastThreadLocal.removeAll(); // one of this thread's buffers may be gone
        channel.finishAndReleaseAll();
    }

    @Test
    void whatHasLeft_isUsedAgain() {
        ByteBuf first = HeaderBuffers.with(1, context);
        assertThat(first.readInt()).isEqualTo(1);
        first.release();
        for (int i = 2; i <= 32; i++) {
            HeaderBuffers.with(i, context).release();
        }
        ByteBuf again = HeaderBuffers.with(33, context);
        assertThat(again).isSameAs(first);
        assertThat(again.readInt()).isEqualTo(33);
        again.release();
    }

    @Test
    void whatWaits_staysAsItIs() {
        List<ByteBuf> waiting = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            waiting.add(HeaderBuffers.with(i, context));
        }
        for (int i = 0; i < 100; i++) {
            assertThat(waiting.get(i).readInt()).isEqualTo(i);
            waiting.get(i).release();
        }
    }

    @Test
    void bufferReleasedTwice_isNotUsedAgain() {
        ByteBuf gone = HeaderBuffers.with(0, context);
        gone.release();
        gone.release();
        for (int i = 1; i <= 64; i++) {
            ByteBuf next = HeaderBuffers.with(i, context);
            assertThat(next.readInt()).isEqualTo(i);
            next.release();
        }
    }
}
