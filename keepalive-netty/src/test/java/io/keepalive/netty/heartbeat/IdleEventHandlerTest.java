package io.keepalive.netty.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.timeout.IdleStateEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** IdleStateHandler's events, in virtual time. */
class IdleEventHandlerTest {
    private final List<String> events = new ArrayList<>();
    private long millis;
    private EmbeddedChannel channel = new EmbeddedChannel();

    private void connect(long readerSeconds, long writerSeconds) {
        connect(new IdleEventHandler(Duration.ofSeconds(readerSeconds), Duration.ofSeconds(writerSeconds)));
    }

    private void connect(IdleEventHandler handler) {
        channel = new EmbeddedChannel(handler, new ChannelInboundHandlerAdapter() {
            @Override
            public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                IdleStateEvent idle = (IdleStateEvent) event;
                events.add((idle.isFirst() ? "first " : "") + idle.state() + " at " + millis / 1000);
            }
        });
        channel.freezeTime();
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
        assertThat(LoopTicker.count()).isZero();
    }

    private void pass(Duration time) {
        for (long i = time.toMillis() / 100; i > 0; i--) {
            millis += 100;
            channel.advanceTimeBy(100, TimeUnit.MILLISECONDS);
            channel.runPendingTasks();
        }
    }

    @Test
    void nothingReceived_readerIdle_andAgain_neverEarly() {
        connect(60, 0);
        pass(Duration.ofSeconds(160));

        assertThat(events).hasSize(2);
        assertThat(events.get(0)).startsWith("first READER_IDLE at ");
        assertThat(Integer.parseInt(events.get(0).substring(21))).isBetween(60, 77);
        assertThat(events.get(1)).startsWith("READER_IDLE at ");
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void nothingReceived_doesNotKeepWriterIdleFromComing() {
        connect(10, 60);
        pass(Duration.ofSeconds(179));
        assertThat(events.stream().filter(event -> event.contains("WRITER_IDLE")))
                .hasSizeGreaterThanOrEqualTo(2);
        assertThat(events.stream().filter(event -> event.contains("READER_IDLE")))
                .hasSizeBetween(13, 17);
    }

    @Test
    void oneByteInAMinute_isNotIdle() {
        connect(60, 0);
        for (int i = 0; i < 10; i++) {
            pass(Duration.ofSeconds(59));
            channel.writeInbound(Unpooled.buffer(1).writeByte(1));
            channel.releaseInbound();
        }

        assertThat(events).isEmpty();
    }

    @Test
    void nothingWritten_writerIdle_inTime() {
        connect(0, 30);
        pass(Duration.ofSeconds(31));

        assertThat(events).hasSize(1);
        assertThat(events.get(0)).startsWith("first WRITER_IDLE at ");
    }

    @Test
    void stopped_orNotReading_isNotIdle() {
        connect(60, 0);
        pass(Duration.ofSeconds(50));
        millis += 600_000;
        channel.advanceTimeBy(600, TimeUnit.SECONDS);
        channel.runPendingTasks();
        channel.writeInbound(Unpooled.buffer(1).writeByte(1)); // what had come meanwhile
        channel.releaseInbound();
        pass(Duration.ofSeconds(50));
        channel.config().setAutoRead(false);
        pass(Duration.ofSeconds(300));

        assertThat(events).isEmpty();
    }

    @Test
    void nothingEitherWay_allIdle_andAgain_neverEarly() {
        connect(IdleEventHandler.all(Duration.ofSeconds(60)));
        pass(Duration.ofSeconds(160));

        assertThat(events).hasSize(2);
        assertThat(events.get(0)).startsWith("first ALL_IDLE at ");
        assertThat(Integer.parseInt(events.get(0).substring(18))).isBetween(60, 77);
        assertThat(events.get(1)).startsWith("ALL_IDLE at ");
    }

    @Test
    void oneByteInAMinute_eitherWay_isNotAllIdle() {
        connect(IdleEventHandler.all(Duration.ofSeconds(60)));
        for (int i = 0; i < 5; i++) {
            pass(Duration.ofSeconds(59));
            channel.writeInbound(Unpooled.buffer(1).writeByte(1));
            channel.releaseInbound();
            pass(Duration.ofSeconds(59));
            channel.writeOutbound(Unpooled.buffer(1).writeByte(1));
            channel.releaseOutbound();
        }

        assertThat(events).isEmpty();
    }
}
